/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint - phrase, advice and exit code for an error */
#include "base/hint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static const struct phrase *phrase_of(const char *step)
{
	for (const struct phrase *p = hint_phrases; step && p->step; p++)
		if (!strcmp(p->step, step))
			return p;
	return NULL;
}

const char *hint_step(const char *name)
{
	const struct phrase *p = phrase_of(name);

	return p ? p->step : NULL;
}

const char *hint_phrase(const struct err *e)
{
	const struct phrase *p = phrase_of(e->step);

	return p ? p->text : "cannot go on";
}

const char *hint_line(char *to, size_t size, const struct err *e, const char *subject)
{
	const char *reason = err_reason(e);

	snprintf(to, size, "%s%s%s%s%s", hint_phrase(e), subject[0] ? ": " : "", subject,
		reason[0] ? ": " : "", reason);
	return to;
}

const char *hint_advice(const struct err *e)
{
	for (const struct advice *a = hint_advices; a->text; a++) {
		if (a->step && strcmp(a->step, e->step ? e->step : "") != 0)
			continue;
		if (a->code == HINT_ANY || a->code == -e->code)
			return a->text;
	}
	return NULL;
}

enum exit_code hint_exit_code(const struct err *e)
{
	const struct phrase *p = phrase_of(e->step);

	/* A file that exists but cannot be read is not "not found". */
	if (p && p->exit_code == EXIT_NOT_FOUND && e->code != -ENOENT && e->code != -ENOTDIR)
		return EXIT_FAILED;
	return p ? p->exit_code : EXIT_FAILED;
}

void hint_list(void)
{
	for (const struct phrase *p = hint_phrases; p->step; p++)
		puts(p->step);
}

void hint_tell_cleanup(const struct undo *u, const struct err *why, const char *by_hand)
{
	const char *advice = hint_advice(why);

	log_always("domUloader cleanup: %s: %s [%s]%s%s", u->name, HINT_LINE(why, ""), why->step,
		by_hand[0] ? "; by hand: " : "", by_hand);
	if (advice)
		log_always("  hint: %s", advice);
}
