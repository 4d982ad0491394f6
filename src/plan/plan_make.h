/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_make - make the plan from options, configuration and defaults */
#ifndef DOMU_PLAN_PLAN_MAKE_H
#define DOMU_PLAN_PLAN_MAKE_H

#include "base/err.h"
#include "plan/plan.h"

/*
 * Check the options and complete them to a plan. The plan refers to @o's strings, which must
 * outlive it.
 * Errors: -EINVAL, with a step for each kind of mistake ("plan.entry", "plan.disks", "plan.format",
 * ...); the exit code of all is 2
 */
int plan_make(const struct job *job, const struct options *o, struct plan *ret, struct err *e);

/*
 * Print the plan on stderr with -v, one line per fact. Warn about what is valid but will not work.
 */
void plan_tell(const struct plan *p);

/*
 * Set p->view, for a command that prints.
 * Errors: -EINVAL, step "plan.view", if --format is unknown
 */
int plan_view(const struct options *o, struct plan *p, struct err *e);

/*
 * Set p->emitter from --output-format.
 * Errors: step "plan.format"
 */
int plan_emitter(const struct options *o, struct plan *p, struct err *e);

/*
 * Check the values for any job: the entry, the root, and options that accept a few words.
 * Errors: as plan_make()
 */
int plan_check(const struct options *o, struct err *e);

/* Print the main job's part of the plan: what is copied, where to, and the result's format. */
void plan_tell_copies(const struct plan *p);

/*
 * Add the filesystems of --filesystems to the plan: a list replaces the default one; "+NAME" adds
 * to it.
 * Errors: step "plan.filesystems"
 */
int plan_filesystems(const char *text, struct plan *p, struct err *e);

void plan_done(struct plan *p);

#endif
