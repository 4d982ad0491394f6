/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - report each guest's result and the progress, and list the failures at the end */
#ifndef DOMU_RACK_REPORT_H
#define DOMU_RACK_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "answer/guests.h"

/*
 * A line a guest goes to standard output. On a terminal there is a bar on stderr, and a sum at the
 * end; where standard output is one too, lines only for guests that need attention.
 */
struct report {
	bool json, bar, brief;
	size_t n, ended; /* guests: all, and finished ones */
	size_t count[GUEST_STATES];
	size_t unclean;
	struct timespec begin;
	char **name, **why; /* of those that failed: the columns of the table */
};

void report_begin(struct report *r, size_t n, bool json, bool quiet);

/* Record the result of a guest and print it. Errors: it cannot be printed or recorded. */
void report_guest(struct report *r, const struct out_guest *g, struct err *e);

/* Print a line that a guest's process wrote to stderr. */
void report_said(struct report *r, const struct out_guest *g, const char *line);

/*
 * Draw the progress bar.
 * @names: the running guests, ended by NULL
 */
void report_bar(struct report *r, const char *const *names);

/* The table of those that failed, how many were not worked on, and on a terminal the sum. */
void report_end(struct report *r);

#endif
