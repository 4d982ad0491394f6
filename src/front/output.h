/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output - where the answer goes: opened before anything can fail, written when all is undone */
#ifndef DOMU_FRONT_OUTPUT_H
#define DOMU_FRONT_OUTPUT_H

#include <stdbool.h>

#include "base/err.h"

/* Where the answer goes. */
struct output {
	const char *path; /* NULL: standard output */
	int fd; /* -1: a file that is not there yet, and is made when there is something to write */
	bool is_line; /* a terminal's next line begins behind it */
};

/*
 * Opens --output before anything that can fail: a reader that waits on a FIFO gets its end of file,
 * whatever happens. An existing file is opened and left as it is until there is an answer; a
 * missing one is made then. Step "output.open".
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
