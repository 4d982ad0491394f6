/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint - phrase, advice and exit code for an error */
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

/*
 * Look up a step by a name that may come from another process.
 * Returns: the table's own literal, or NULL if it has no such step
 */
const char *hint_step(const char *name);

/* Return a phrase such as "cannot mount the guest's filesystem"; never NULL */
const char *hint_phrase(const struct err *e);

/*
 * Format "PHRASE: SUBJECT: REASON"; empty parts are omitted. HINT_LINE() provides the buffer for
 * one statement.
 * Returns: @to
 */
const char *hint_line(char *to, size_t size, const struct err *e, const char *subject);
#define HINT_LINE(e, subject) hint_line((char[512]){0}, 512, (e), (subject))

/* Return what the operator can do, or NULL if there is no advice */
const char *hint_advice(const struct err *e);

/*
 * Return the exit code for @e. EXIT_NOT_FOUND only if something does not exist, not if it cannot be
 * read.
 */
enum exit_code hint_exit_code(const struct err *e);

/*
 * Print the "cleanup:" line of a failed undo, and its advice.
 * @by_hand: the command that does it by hand, or ""
 */
void hint_tell_cleanup(const struct undo *u, const struct err *why, const char *by_hand);

/* Print every step of the table, one a line. A test compares them with --list-steps. */
void hint_list(void);

/* ---- the two tables, a file each ---- */

/*
 * Each step's message and exit code, in the program's order; a row without a step ends the table.
 * The manual's list of messages comes from it.
 */
struct phrase {
	const char *step, *text;
	enum exit_code exit_code;
};
extern const struct phrase hint_phrases[];

#define HINT_ANY 0

/*
 * Advice by step (NULL: any) and errno (HINT_ANY: any). The first match counts; a row without a
 * text ends the table.
 */
struct advice {
	const char *step;
	int code;
	const char *text;
};
extern const struct advice hint_advices[];

#endif
