/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer - the text that a job answers with, rendered in memory before the teardown */
#ifndef DOMU_JOBS_ANSWER_H
#define DOMU_JOBS_ANSWER_H

#include <stdio.h>

#include "plan/plan.h"

/*
 * Has @render write to memory, and gives a memfd of that, which is the caller's. Steps
 * "answer.render", and the format's own.
 */
typedef int (*answer_render_fn)(FILE *to, const void *found, const struct plan *p, struct err *e);
int answer_render(answer_render_fn render, const void *found, const struct plan *p, struct err *e);

#endif
