/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer - render a job's result into a memfd */
#ifndef DOMU_JOBS_ANSWER_H
#define DOMU_JOBS_ANSWER_H

#include <stdio.h>

#include "plan/plan.h"

/*
 * Call @render with a stream in memory, and return its text in a memfd.
 * Returns: the memfd, owned by the caller
 * Errors: step "answer.render"; those of @render
 */
typedef int (*answer_render_fn)(FILE *to, const void *found, const struct plan *p, struct err *e);
int answer_render(answer_render_fn render, const void *found, const struct plan *p, struct err *e);

#endif
