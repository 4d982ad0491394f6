/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline - a whole run on one page, whatever its job */
#ifndef DOMU_KEEPER_PIPELINE_H
#define DOMU_KEEPER_PIPELINE_H

#include "plan/plan.h"

/*
 * Tells the front the answer and waits for its word that it is written; negative when it never will
 * be.
 */
typedef int (*pipeline_tell_fn)(void *arg, int text_fd, struct err *e);

/*
 * Runs the plan's job in the keeper, in its own mount namespace. When it returns, the world is as
 * it was, and what the job made is there if and only if it returns >= 0. @tag marks what is ours; a
 * readable @cancel_fd makes every wait fail with -EINTR.
 */
int pipeline_run(const struct plan *p, const char *tag, int cancel_fd, pipeline_tell_fn tell,
	void *arg, struct err *e);

#endif
