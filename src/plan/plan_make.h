/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_make - options, configuration and defaults, made into what is to be done */
#ifndef DOMU_PLAN_PLAN_MAKE_H
#define DOMU_PLAN_PLAN_MAKE_H

#include "base/err.h"
#include "plan/plan.h"

/*
 * Checks and completes. The plan refers to @o's strings, which must outlive it. -EINVAL with a step
 * of its own for each kind of mistake ("plan.entry", "plan.disks", "plan.format", ...), all of exit
 * code 2.
 */
int plan_make(const struct job *job, const struct options *o, struct plan *ret, struct err *e);

/*
 * Tells the plan on stderr, a line a fact (with -v, and for --dry-run -v); warns of what is allowed
 * and will not do.
 */
void plan_tell(const struct plan *p);

/* A command's: --format, and how it looks. Step "plan.view". */
int plan_view(const struct options *o, struct plan *p, struct err *e);

/* The main job's: --output-format. Step "plan.format". */
int plan_emitter(const struct options *o, struct plan *p, struct err *e);

/*
 * Whether the values that @o holds can be understood, whichever job they are for: entry, root, and
 * what takes one of a few words. The steps are those of plan_make().
 */
int plan_check(const struct options *o, struct err *e);

/* The main job's part of that: what is copied, where to, how it is answered. */
void plan_tell_copies(const struct plan *p);

/*
 * The part of it that is --filesystems: a list replaces the default one, "+NAME" adds to it. Step
 * "plan.filesystems".
 */
int plan_filesystems(const char *text, struct plan *p, struct err *e);

void plan_done(struct plan *p);

#endif
