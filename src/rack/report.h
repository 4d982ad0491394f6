/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - report each guest's result and the progress, and list the failures at the end */
#ifndef DOMU_RACK_REPORT_H
#define DOMU_RACK_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "answer/guests.h"

/*
 * One line per guest goes to standard output. If stderr is a terminal, a progress bar is shown
 * there. If both are terminals, only guests that need attention get a line.
 */
struct report {
	bool json, bar, brief;
	size_t n, ended; /* guests: all, and finished ones */
	size_t failed, out_of_step, unclean;
	struct timespec begin;
	char **why; /* one line of the table per failed guest */
};

/* Start reporting on @n guests. */
void report_begin(struct report *r, size_t n, bool json, bool quiet);

/* Report that a guest is finished. */
int report_guest(struct report *r, const struct out_guest *g, struct err *e);

/* Print a line that a guest's process wrote to stderr. */
void report_said(struct report *r, const struct out_guest *g, const char *line);

/*
 * Draw the progress bar.
 * @names: the running guests, ended by NULL
 */
void report_bar(struct report *r, const char *const *names);

/* Print the failed guests and the totals. */
void report_end(struct report *r);

#endif
