/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rack - many guests in one run: what batch and sync share */
#ifndef DOMU_RACK_RACK_H
#define DOMU_RACK_RACK_H

#include "plan/options.h"
#include "plan/plan.h"
#include "rack/report.h"
#include "rack/roster.h"
#include "rack/store.h"

/*
 * What is done with one guest, in a process of its own: an enum guest_state, or negative errno; *r
 * tells the rest.
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
	size_t *todo; /* guests by number: those that need a process */
	size_t n_todo;
	struct err failure; /* of the reporting itself */
};

/*
 * A guest's own options over those that the command was given. What @given says of a guest counts
 * where @g does not; the words of a bootloader's configuration win, as they do when a toolstack
 * starts us. Of these only what is about the guest is taken. Steps "options.*"; "plan.entry", where
 * a source knows why there is none. Strings are @given's, @g's, or live to the end of the process.
 */
int rack_guest_options(const struct options *given, const struct rack_guest *g, struct options *ret,
	struct err *e);

/*
 * Does @task to all guests that the options name; with @lock nobody else works on the directory
 * meanwhile. @kept: those that need nothing, decided here and now; NULL: none. An exit code: 0, 1,
 * or 4 when something could not be undone; or negative errno of what ended it early. Steps
 * "rack.*", "roster.*" and those of the sources.
 */
typedef bool (*rack_kept_fn)(const struct rack *k, const struct rack_guest *g);
int rack_all(const struct options *given, bool lock, rack_task_fn task, rack_kept_fn kept,
	struct err *e);

/* batch and sync, whole. An exit code, or negative errno with *e. */
int rack_batch(const struct options *given, struct err *e);
int rack_sync(const struct options *given, struct err *e);

#endif
