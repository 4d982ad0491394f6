/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - report each guest's result and the progress, and list the failures at the end */
#ifndef DOMU_RACK_REPORT_H
#define DOMU_RACK_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "answer/guests.h"

/*
 * Standard output gets a line for each guest. If stderr is a terminal, it shows a progress bar and
 * at the end a summary; if standard output is a terminal, too, only guests that need attention get
 * a line.
 */
struct report {
	bool json, bar, brief;
	size_t n, ended; /* guests in all, and finished ones */
	size_t count[GUEST_STATES];
	size_t unclean;
	struct timespec begin;
	char **name, **why; /* of failed guests: the columns of the table */
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

/* Print the table of failures, the number of unprocessed guests and, on a terminal, the summary. */
void report_end(struct report *r);

#endif
