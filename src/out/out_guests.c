/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out_guests - what became of each of many guests: a line each, for people or for scripts */
#include "out/out_guests.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "base/quote.h"
#include "base/step.h"

static const char *const words[] = {[GUEST_DONE] = "done",
	[GUEST_KEPT] = "unchanged",
	[GUEST_IN_STEP] = "in step",
	[GUEST_OUT_OF_STEP] = "out of step",
	[GUEST_FAILED] = "failed"};

static int is_plain(const char *name)
{
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("'\\:", *name))
			return 0;
	return 1;
}

const char *out_guest_name(const struct out_guest *g, char *to, size_t size)
{
	if (!g->name)
		snprintf(to, size, "%s", g->from);
	else if (is_plain(g->name))
		snprintf(to, size, "%s", g->name);
	else
		quote_into(to, size, g->name);
	return to;
}

void out_guest_why(char *to, size_t size, const struct out_guest *g)
{
	const struct err *e = g->err;

	if (g->state != GUEST_FAILED || !e) {
		snprintf(to, size, "%s", g->note ? g->note : "");
		return;
	}
	snprintf(to, size, "%s%s%s: %s [%s]%s%s", g->phrase, e->subject[0] ? ": " : "", e->subject,
		strerror(-e->code), e->step ? e->step : "?", e->detail[0] ? "; " : "", e->detail);
}

static void print_facts(FILE *to, const struct out_guest *g)
{
	if (g->version && g->version[0])
		fprintf(to, ", kernel %s", g->version);
	if (g->state == GUEST_DONE)
		fprintf(to, ", %.1f MiB, %.1f s", (double)g->bytes / (1 << 20), g->seconds);
}

void out_guest_line(FILE *to, const struct out_guest *g)
{
	char name[QUOTE_SIZE * 2], why[1024];

	out_guest_why(why, sizeof(why), g);
	fprintf(to, "%s: %s", out_guest_name(g, name, sizeof(name)), words[g->state]);
	if (g->state != GUEST_FAILED)
		print_facts(to, g);
	fprintf(to, "%s%s\n", why[0] ? ": " : "", why);
}

/* ---- json ---- */

static int add(struct json_object *to, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(to, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int add_text(struct json_object *to, const char *key, const char *text)
{
	if (!text || !text[0])
		return json_object_object_add(to, key, NULL);
	return add(to, key, json_object_new_string(text));
}

static struct json_object *error_object(const struct out_guest *g)
{
	struct json_object *o = json_object_new_object();
	const struct err *e = g->err;

	if (!o || add_text(o, "text", g->phrase) || add_text(o, "subject", e->subject) ||
		add_text(o, "reason", strerror(-e->code)) || add_text(o, "detail", e->detail) ||
		add_text(o, "step", e->step) ||
		add(o, "exit_code", json_object_new_int(g->exit_code))) {
		json_object_put(o);
		return NULL;
	}
	return o;
}

static int fill(struct json_object *o, const struct out_guest *g)
{
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%.3f", g->seconds);
	if (add_text(o, "name", g->name) || add_text(o, "from", g->from) ||
		add_text(o, "state", words[g->state]) || add_text(o, "directory", g->directory) ||
		add_text(o, "version", g->version) ||
		add(o, "bytes", json_object_new_int64((int64_t)g->bytes)) ||
		add(o, "seconds", json_object_new_double_s(g->seconds, seconds)) ||
		add_text(o, "note", g->note))
		return -ENOMEM;
	return g->err && g->state == GUEST_FAILED ? add(o, "error", error_object(g))
						  : json_object_object_add(o, "error", NULL);
}

int out_guest_json(FILE *to, const struct out_guest *g, struct err *e)
{
	struct json_object *o = json_object_new_object();
	const char *text = NULL;

	if (o && fill(o, g) == 0)
		text = json_object_to_json_string_ext(
			o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text)
		fprintf(to, "%s\n", text);
	json_object_put(o);
	return text ? 0 : FAIL(e, -ENOMEM, "emit.value", "%s", "json");
}
