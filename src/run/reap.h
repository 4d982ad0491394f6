/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - what a killed run may have left */
#ifndef DOMU_RUN_REAP_H
#define DOMU_RUN_REAP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/*
 * What is a killed run's: a loop device that bears our mark and whose lock can be had, since the
 * lock ends with its owner; the device-mapper maps with a name of ours that stand on nothing but
 * such loop devices and such maps; copies that nobody writes any more and nobody was told of. One
 * that an answer names is never taken for one: it is a toolstack's by now.
 */

/*
 * After a keeper was killed: removes the device-mapper maps that stand on a loop device with @tag,
 * at once or as soon as they are free. Loop devices, mounts and anonymous copies the kernel takes
 * back by itself. Returns how many were removed, or negative errno.
 */
int reap_run(const char *tag, struct err *e);

/*
 * Before a run that uses device-mapper: removes the maps of killed runs that the kernel does not
 * remove by itself. Where there are none it costs listing the maps. Never fails; warns.
 */
void reap_before_run(void);

/*
 * Before a run: removes the copies in @dir that killed runs left. Costs reading the directory.
 * Never fails; warns.
 */
void reap_copies_before_run(const char *dir);

/* The same of directories that extractions into @dir left under their other name. Never fails. */
void reap_directory_before_run(const char *dir);

struct reaped {
	unsigned int done;   /* removed, or with @dry_run to be removed */
	unsigned int failed; /* still there: told on stderr, with the command by hand */
};

/*
 * Removes everything that killed runs left: on the machine, and in the directories @dir[] (NULL:
 * passed over); of extractions into @extracted (NULL: none), a finished one that nobody was told
 * of, too. A line each to @to (may be NULL). Negative errno when it can't be found out what there
 * is; *ret says what was done before.
 */
int reap_all(const char *const dir[], size_t n_dirs, const char *extracted, bool dry_run, FILE *to,
	struct reaped *ret, struct err *e);

#endif
