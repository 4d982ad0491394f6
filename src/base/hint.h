/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint - (step, errno) -> what it means for the operator: the only advice table */
#ifndef DOMU_BASE_HINT_H
#define DOMU_BASE_HINT_H

#include "base/scope.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_FOUND = 3,
	EXIT_CLEANUP = 4
};

/* The table's own copy of a step's name, or NULL for one that it doesn't know. */
const char *hint_step(const char *name);

/* "cannot mount the guest's filesystem": never NULL. */
const char *hint_phrase(const struct err *e);

/*
 * "PHRASE: SUBJECT: REASON" in @to, which is returned; without those that are empty. HINT_LINE() is
 * for a call's argument.
 */
const char *hint_line(char *to, size_t size, const struct err *e, const char *subject);
#define HINT_LINE(e, subject) hint_line((char[512]){0}, 512, (e), (subject))

/* What the operator can do, or NULL when there is nothing to add. */
const char *hint_advice(const struct err *e);

enum exit_code hint_exit_code(const struct err *e);

/* The "cleanup:" line of an undo that failed, with what would do it by hand, and its hint. */
void hint_tell_cleanup(const struct undo *u, const struct err *why, const char *by_hand);

/* Every step of the table, a line each: the test compares it with --list-steps. */
void hint_list(void);

/* ---- its two tables, a file of rows each ---- */

/*
 * What each step was about, in the program's order, up to a row without a step. The manual's list
 * of messages is this one.
 */
struct phrase {
	const char *step, *text;
	enum exit_code exit_code;
};
extern const struct phrase hint_phrases[];

#define HINT_ANY 0

/*
 * What to do, by step (NULL: any) and errno (HINT_ANY), up to a row without a text; the first that
 * fits.
 */
struct advice {
	const char *step;
	int code;
	const char *text;
};
extern const struct advice hint_advices[];

#endif
