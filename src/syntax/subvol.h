/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subvol - which subvolume of a btrfs is meant, as the one mount option that says so */
#ifndef DOMU_SYNTAX_SUBVOL_H
#define DOMU_SYNTAX_SUBVOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SUBVOL_MAX 256 /* bytes of such an option, with its NUL */

#define SUBVOL_TOP "subvolid=5" /* what every btrfs begins with; all others are in it */

/*
 * "subvol=NAME" into to[size]. False, and "", for what can't be one option and nothing else: an
 * empty name, a comma, a quote, a control character, and what doesn't fit.
 */
bool subvol_of_name(const char *name, char *to, size_t size);

/*
 * Of all the options of a fstab's line or of rootflags=, the one that names the subvolume:
 * "subvol=@boot", "subvolid=257", "" for none. The last of each counts, subvol= before subvolid= (a
 * rolled back snapshot's number is stale). Returns false when there is one that can't be passed on,
 * as subvol_of_name() says, or a number that is none.
 */
bool subvol_of_options(const char *options, char *to, size_t size);

/* True for what the two above give, "" included: for one who has it from elsewhere. */
bool subvol_is_option(const char *text);

/*
 * Takes DEV[NAME] apart: *ret_dev is DEV (malloc'ed), @to its option, "" where there are no
 * brackets. Only a ']' at the very end counts, and the first '[' before it. -EINVAL with step
 * "subvol.parse" for a NAME that is no option; -ENOMEM.
 */
int subvol_split(const char *text, char **ret_dev, char to[SUBVOL_MAX], struct err *e);

#endif
