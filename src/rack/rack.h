/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rack - many guests in one go: what batch and sync share */
#ifndef DOMU_RACK_RACK_H
#define DOMU_RACK_RACK_H

#include "plan/options.h"
#include "plan/plan.h"
#include "rack/report.h"
#include "rack/roster.h"
#include "rack/store.h"

/*
 * What is done with one guest, in a process of its own. @dir is an empty directory for its files;
 * *ret_state says what came of it.
 */
struct rack;
struct pool_result;
typedef int (*rack_task_fn)(const struct rack *k, const struct rack_guest *g,
	const struct options *o, struct pool_result *r, struct err *e);

struct rack {
	const struct options *given;
	rack_task_fn task; /* returns an enum guest_state */
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

/* The guests that the options name. Steps "rack.sources", "roster.*" and those of the sources. */
int rack_open(struct rack *k, bool lock, struct err *e);

/*
 * Does it to all of them. @kept: those that need nothing, decided here and now; NULL: none. Returns
 * 0, or what ended it early; report tells how many failed.
 */
int rack_run(struct rack *k, bool (*kept)(const struct rack *k, const struct rack_guest *g),
	struct err *e);

void rack_close(struct rack *k);

/* What the command ends with: 0, 1, or 4 when something could not be undone. */
int rack_exit_code(const struct rack *k);

/* batch and sync, whole. An exit code, or negative errno with *e. */
int rack_batch(const struct options *given, struct err *e);
int rack_sync(const struct options *given, struct err *e);

#endif
