/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job - what a run does with the guest: the stages are the same, what is made of them is not */
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
 * What a try learned, for consistent.h. A job sets the last two; the pipeline knows the others.
 */
struct reading {
	bool in_use;	 /* a disk that was needed may be written to by somebody else */
	bool settled;	 /* another try would tell nothing new */
	bool comparable; /* this try left what the next one can be compared with */
	bool differs;	 /* from a whole one before it; after any other nobody asks */
};

/*
 * A job is a vtable, as a mapper is: keeper/pipeline.c calls each member once, and the stages
 * (attach, find, mount, resolve) are functions that take() calls as it needs them. What it finds
 * lies in
 * @size bytes of its own, zero at the start and there through all tries.
 */
struct job {
	const char *name;
	bool needs_entry; /* --entry, or --kernel, but for options' default_kernel; else there may
			     be one */
	bool many_disks;  /* each argument is a disk; else they are DISK [VDEV] */
	size_t size;

	/* Its own part of the plan: pure. NULL: it has none. */
	int (*plan)(const struct options *o, struct plan *p, struct err *e);

	/* The plan, told on stderr with -v, and what is to be warned of. NULL: nothing more. */
	void (*tell)(const struct plan *p);

	/* In the keeper, before the first try: what killed runs left in its way. NULL: nothing. */
	void (*before)(const struct plan *p);

	/*
	 * In the keeper, in a fresh world: everything that needs the guest. It may be called
	 * again, in another world, and then compares with what it found before. What is to stay
	 * goes on @outputs, under no name that anybody looks for.
	 */
	int (*take)(void *found, struct guest *g, struct scope *outputs, struct reading *reading,
		struct err *e);

	/*
	 * When the world is undone: what goes to standard output, as a descriptor (the caller's).
	 */
	int (*answer)(const void *found, const struct plan *p, struct err *e);

	/* Gives what it made its name. NULL: it makes nothing. */
	int (*publish)(void *found, struct err *e);

	/* The memory that @found points to. NULL: none. */
	void (*done)(void *found);

	/*
	 * In the front, which has nothing but the plan: the answer is out; or the keeper was killed
	 * before it was. @tag is the run's. NULL where publish is.
	 */
	int (*confirm)(const struct plan *p, const char *tag, struct err *e);
	int (*retract)(const struct plan *p, const char *tag, struct err *e);
};

#endif
