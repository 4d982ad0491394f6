/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests - what became of each of many guests: a line each, for people or for scripts */
#include "answer/guests.h"

#include <string.h>

#include "answer/jsontext.h"
#include "base/quote.h"

static const char *const words[] = {[GUEST_DONE] = "done",
	[GUEST_KEPT] = "unchanged",
	[GUEST_IN_STEP] = "in step",
	[GUEST_OUT_OF_STEP] = "out of step",
	[GUEST_FAILED] = "failed"};

static int answer_guests_is_plain(const char *name)
{
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("'\\:", *name))
			return 0;
	return 1;
}

const char *answer_guest_name(const struct out_guest *g, char *to, size_t size)
{
	if (!g->name)
		snprintf(to, size, "%s", g->from);
	else if (answer_guests_is_plain(g->name))
		snprintf(to, size, "%s", g->name);
	else
		quote_into(to, size, g->name);
	return to;
}

void answer_guest_why(char *to, size_t size, const struct out_guest *g)
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

void answer_guest_line(FILE *to, const struct out_guest *g)
{
	char name[QUOTE_SIZE * 2], why[1024];

	answer_guest_why(why, sizeof(why), g);
	fprintf(to, "%s: %s", answer_guest_name(g, name, sizeof(name)), words[g->state]);
	if (g->state != GUEST_FAILED)
		print_facts(to, g);
	fprintf(to, "%s%s\n", why[0] ? ": " : "", why);
}

/* ---- json ---- */

static struct json_object *error_object(const struct out_guest *g)
{
	struct json_object *o = json_object_new_object();
	const struct err *e = g->err;

	jsontext_add(o, "text", g->phrase);
	jsontext_add(o, "subject", e->subject);
	jsontext_add(o, "reason", strerror(-e->code));
	jsontext_add(o, "detail", e->detail);
	jsontext_add(o, "step", e->step);
	json_object_object_add(o, "exit_code", json_object_new_int(g->exit_code));
	return o;
}

int answer_guest_json(FILE *to, const struct out_guest *g, struct err *e)
{
	struct json_object *o = json_object_new_object();
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%.3f", g->seconds);
	jsontext_add(o, "name", g->name);
	jsontext_add(o, "from", g->from);
	jsontext_add(o, "state", words[g->state]);
	jsontext_add(o, "directory", g->directory);
	jsontext_add(o, "version", g->version);
	jsontext_add_number(o, "bytes", g->bytes);
	json_object_object_add(o, "seconds", json_object_new_double_s(g->seconds, seconds));
	jsontext_add(o, "note", g->note);
	json_object_object_add(
		o, "error", g->err && g->state == GUEST_FAILED ? error_object(g) : NULL);
	return jsontext_print(to, o, e);
}
