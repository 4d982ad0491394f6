/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job - interface of a job: what a run does with the guest */
#ifndef DOMU_PLAN_JOB_H
#define DOMU_PLAN_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/scope.h"

struct guest;
struct options;
struct plan;

/*
 * What an attempt reports, for consistent.h. A job sets the last two members, the pipeline the
 * others.
 */
struct reading {
	bool in_use;	 /* a disk that was needed may be written to by another process */
	bool settled;	 /* another attempt would report nothing new */
	bool comparable; /* the next attempt can be compared with this one */
	bool differs;	 /* this attempt differs from the previous successful one */
};

/*
 * A job: a vtable, like struct mapper. keeper/pipeline.c calls each member once. take() calls the
 * stages (attach, find, mount, resolve) as it needs them.
 * found: @size bytes for the job's results, zero at the start, kept across attempts.
 */
struct job {
	const char *name;
	bool needs_entry; /* requires --entry or --kernel, unless options.default_kernel is set */
	bool many_disks;  /* each argument is a disk; else they are DISK [VDEV] */
	size_t size;

	/* Fill the job's part of the plan, without side effects. NULL: none. */
	int (*plan)(const struct options *o, struct plan *p, struct err *e);

	/* Print the job's part of the plan on stderr with -v, and its warnings. NULL: none. */
	void (*tell)(const struct plan *p);

	/* In the keeper, before the first attempt: remove leftovers of killed runs. NULL: none. */
	void (*before)(const struct plan *p);

	/*
	 * In the keeper, with a new world: everything that needs the guest. May be called again
	 * with another world; it then compares with its earlier result.
	 * @outputs: gets what is to stay; it must not have its final name yet
	 */
	int (*take)(void *found, struct guest *g, struct scope *outputs, struct reading *reading,
		struct err *e);

	/*
	 * After the world is undone: render the result.
	 * Returns: a descriptor of its text, owned by the caller
	 */
	int (*answer)(const void *found, const struct plan *p, struct err *e);

	/* Give the output its final name. NULL: no output. */
	int (*publish)(void *found, struct err *e);

	/* Free what @found points to. NULL: nothing. */
	void (*done)(void *found);

	/*
	 * In the front, which has only the plan: confirm() after the result was written, retract()
	 * if the keeper was killed before. NULL if publish is NULL.
	 * @tag: the run's
	 */
	int (*confirm)(const struct plan *p, const char *tag, struct err *e);
	int (*retract)(const struct plan *p, const char *tag, struct err *e);
};

#endif
