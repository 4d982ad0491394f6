/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer - the text for the toolstack: rendered in memory before the teardown, written after it */
#ifndef DOMU_RUN_ANSWER_H
#define DOMU_RUN_ANSWER_H

#include "run/plan.h"

/*
 * Has @render write to memory, and gives a memfd of that, which is the caller's. Steps
 * "answer.render", and the format's own.
 */
typedef int (*answer_render_fn)(FILE *to, const void *found, const struct plan *p, struct err *e);
int answer_render(answer_render_fn render, const void *found, const struct plan *p, struct err *e);

/* Where the answer goes. */
struct output {
	const char *path; /* NULL: standard output */
	int fd; /* -1: a file that is not there yet, and is made when there is something to write */
};

/*
 * Opens --output before anything that can fail: a reader that waits on a FIFO gets its end of file,
 * whatever happens. An existing file is opened and left as it is until there is an answer; a
 * missing one is made then. Step "output.open".
 */
int output_open(struct output *out, const char *path, struct err *e);

/*
 * Writes the whole of @text_fd in one write; a regular file that --output named holds nothing else
 * afterwards. Steps "output.make", "output.read", "output.write".
 */
int output_write(struct output *out, int text_fd, struct err *e);

void output_done(struct output *out);

#endif
