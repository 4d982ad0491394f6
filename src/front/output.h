/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output - the result's destination: opened first, written last */
#ifndef DOMU_FRONT_OUTPUT_H
#define DOMU_FRONT_OUTPUT_H

#include <stdbool.h>

#include "base/err.h"

/* Where the result is written. */
struct output {
	const char *path; /* NULL: standard output */
	int fd;		  /* -1: a missing file, created when there is a result */
	bool is_line;	  /* on a terminal, end it with a newline */
};

/*
 * Open the result's destination, before anything that can fail: a reader waiting on a FIFO then
 * gets end of file in any case. An existing file stays unchanged until there is a result; a missing
 * one is created then.
 * @path: NULL or "-": standard output
 * Errors: step "output.open"
 */
int output_open(struct output *out, const char *path, struct err *e);

/*
 * Write all of @text_fd with one write(2). A regular file named by --output is truncated first. On
 * a terminal, a missing newline is added if out->is_line.
 * Errors: steps "output.make", "output.read", "output.write"
 */
int output_write(struct output *out, int text_fd, struct err *e);

void output_done(struct output *out);

#endif
