/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rack - process many guests in one run: shared by batch and sync */
#ifndef DOMU_RACK_RACK_H
#define DOMU_RACK_RACK_H

#include "plan/options.h"
#include "plan/plan.h"
#include "rack/report.h"
#include "rack/roster.h"
#include "rack/store.h"

/*
 * Process one guest, in a process of its own.
 * @r: gets version, bytes and so on
 * Returns: an enum guest_state, or a negative errno
 */
struct rack;
struct pool_result;
typedef int (*rack_task_fn)(const struct rack *k, const struct rack_guest *g,
	const struct options *o, struct pool_result *r, struct err *e);

struct rack {
	const struct options *given;
	rack_task_fn task;
	struct roster roster;
	struct store store;
	struct report report;
	size_t *todo; /* indices of the guests that need a process */
	size_t n_todo;
	struct err failure; /* a failure to report */
};

/*
 * Combine the command's options with the guest's, which win. Options of a bootloader's
 * configuration win over both, as if the toolstack had started us; of these, only those about the
 * guest are used.
 * @ret: strings belong to @given or @g, or live until the process ends
 * Errors: steps "options.*"; "plan.entry", if the source knows why no entry exists
 */
int rack_guest_options(const struct options *given, const struct rack_guest *g, struct options *ret,
	struct err *e);

/*
 * Run @task for all guests that the options name.
 * @lock: exclude other runs from the directory
 * @kept: called first; true if the guest needs nothing done. NULL: all guests are processed
 * Returns: an exit code: EXIT_DONE, EXIT_FAILED, or EXIT_CLEANUP if an undo failed
 * Errors: if the run ends early: steps "rack.*", "roster.*", "store.*", "pool.*"; those of the
 * sources
 */
typedef bool (*rack_kept_fn)(const struct rack *k, const struct rack_guest *g);
int rack_all(const struct options *given, bool lock, rack_task_fn task, rack_kept_fn kept,
	struct err *e);

/*
 * The commands batch and sync.
 * Returns: an exit code, or a negative errno
 */
int rack_batch(const struct options *given, struct err *e);
int rack_sync(const struct options *given, struct err *e);

#endif
