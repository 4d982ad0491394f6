/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - what a killed run may have left */
#ifndef DOMU_DOCTOR_REAP_H
#define DOMU_DOCTOR_REAP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "plan/options.h"

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

/* The command: the same of @o, told on standard output. An exit code, or negative errno. */
int reap(const struct options *o, struct err *e);

#endif
