/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline - a whole run, from attaching to publishing, for any job */
#ifndef DOMU_KEEPER_PIPELINE_H
#define DOMU_KEEPER_PIPELINE_H

#include "plan/plan.h"

/* Send the result to the front and wait for its acknowledgement. Fails if there will be none. */
typedef int (*pipeline_tell_fn)(void *arg, int text_fd, struct err *e);

/*
 * Run the plan's job, in the keeper's own mount namespace. Afterwards the world is as it was
 * before. What the job made exists if and only if this succeeds.
 * @tag: marks what is ours
 * @cancel_fd: once readable, every wait fails with -EINTR
 */
int pipeline_run(const struct plan *p, const char *tag, int cancel_fd, pipeline_tell_fn tell,
	void *arg, struct err *e);

#endif
