/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint - (step, errno) -> what it means for the operator: the only advice table */
#ifndef DOMU_RUN_HINT_H
#define DOMU_RUN_HINT_H

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

/* What the operator can do, or NULL when there is nothing to add. */
const char *hint_advice(const struct err *e);

enum exit_code hint_exit_code(const struct err *e);

/* The "cleanup:" line of an undo that failed, with what would do it by hand, and its hint. */
void hint_tell_cleanup(const struct undo *u, const struct err *why, const char *by_hand);

/* Every step of the table, a line each: the test compares it with --list-steps. */
void hint_list(void);

#endif
