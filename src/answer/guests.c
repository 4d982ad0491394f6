/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests - print the outcome for each of many guests: as lines of text or JSON */
#include "answer/guests.h"

#include <string.h>

#include "answer/jsontext.h"
#include "base/array.h"
#include "base/hint.h"
#include "base/quote.h"
#include "base/text.h"

#define NAMES_MAX 5 /* in a summary */

static const char *const words[] = {[GUEST_DONE] = "done",
	[GUEST_KEPT] = "unchanged",
	[GUEST_IN_STEP] = "in step",
	[GUEST_OUT_OF_DATE] = "out of date",
	[GUEST_FAILED] = "failed"};
_Static_assert(COUNT(words) == GUEST_STATES, "each state has its word");

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
	snprintf(to, size, "%s [%s]%s%s", HINT_LINE(e, e->subject), e->step ? e->step : "?",
		e->detail[0] ? "; " : "", e->detail);
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

static void add_failed(char *to, size_t size, char *const *failed, size_t n)
{
	for (size_t i = 0; i < n && i < NAMES_MAX; i++)
		text_add(to, size, "%s%s", i ? ", " : ": ", failed[i]);
	if (n > NAMES_MAX)
		text_add(to, size, " and %zu more", n - NAMES_MAX);
}

void answer_guests_sum(char *to, size_t size, const size_t count[GUEST_STATES], char *const *failed)
{
	const char *between = ":";
	size_t n = 0;

	for (size_t i = 0; i < GUEST_STATES; i++)
		n += count[i];
	snprintf(to, size, "%zu guest%s", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < GUEST_STATES; i++) {
		if (!count[i])
			continue;
		text_add(to, size, "%s %zu %s", between, count[i], words[i]);
		between = ",";
	}
	add_failed(to, size, failed, count[GUEST_FAILED]);
}

/* ---- json ---- */

static struct json_object *error_object(const struct out_guest *g)
{
	const struct err *e = g->err;

	if (!e || g->state != GUEST_FAILED)
		return NULL;
	return JSON_OBJECT({"text", JSON(hint_phrase(e))}, {"subject", JSON(e->subject)},
		{"reason", JSON(err_reason(e))}, {"detail", JSON(e->detail)},
		{"step", JSON(e->step)}, {"exit_code", JSON(g->exit_code)});
}

int answer_guest_json(FILE *to, const struct out_guest *g, struct err *e)
{
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%.3f", g->seconds);
	return jsontext_print(to,
		JSON_OBJECT({"name", JSON(g->name)}, {"from", JSON(g->from)},
			{"state", JSON(words[g->state])}, {"directory", JSON(g->directory)},
			{"version", JSON(g->version)}, {"bytes", JSON(g->bytes)},
			{"seconds", json_object_new_double_s(g->seconds, seconds)},
			{"note", JSON(g->note)}, {"error", error_object(g)}),
		e);
}
