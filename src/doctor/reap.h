/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - remove what killed runs left */
#ifndef DOMU_DOCTOR_REAP_H
#define DOMU_DOCTOR_REAP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "plan/options.h"

struct reaped {
	unsigned int done;   /* removed; in a dry run: to be removed */
	unsigned int failed; /* not removed; printed on stderr with a command to do it by hand */
};

/*
 * Remove what killed runs left: devices of this host, and unacknowledged files in the directories
 * @dir.
 * @dir: NULL entries are skipped
 * @extracted: a target of domUloader extract; what it left there is removed, including a complete
 * but unacknowledged directory. NULL: none
 * @to: gets one line per item; may be NULL
 * @ret: valid even on failure
 * Errors: if the leftovers cannot be listed
 */
int reap_all(const char *const dir[], size_t n_dirs, const char *extracted, bool dry_run, FILE *to,
	struct reaped *ret, struct err *e);

/*
 * The command reap: reap_all() with the options @o, printed on standard output.
 * Returns: an exit code, or a negative errno
 */
int reap(const struct options *o, struct err *e);

#endif
