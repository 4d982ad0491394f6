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
	bool is_line;	  /* a terminal's next line begins behind it */
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
 * Writes the whole of @text_fd in one write; a regular file that --output named holds nothing else
 * afterwards. On a terminal a missing end of line is added if @out says so. Steps "output.make",
 * "output.read", "output.write".
 */
int output_write(struct output *out, int text_fd, struct err *e);

void output_done(struct output *out);

#endif
