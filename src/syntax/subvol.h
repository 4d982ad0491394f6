/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subvol - the mount option that selects a btrfs subvolume */
#ifndef DOMU_SYNTAX_SUBVOL_H
#define DOMU_SYNTAX_SUBVOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SUBVOL_MAX 256 /* size of the option, with NUL */

#define SUBVOL_TOP "subvolid=5" /* the top level, which contains all other subvolumes */

/*
 * Write "subvol=NAME" to to[size].
 * Returns: false, with to[] "", if it cannot be exactly one option: an empty name, a comma, a
 * quote, a control character, or too long
 */
bool subvol_of_name(const char *name, char *to, size_t size);

/*
 * Extract the option that selects the subvolume from an fstab's options or from rootflags=:
 * "subvol=@boot", "subvolid=257", or "" for none. The last of each counts. subvol= precedes
 * subvolid=, since a number goes stale when a snapshot is rolled back.
 * Returns: false if it cannot be passed on, as in subvol_of_name(), or the number is invalid
 */
bool subvol_of_options(const char *options, char *to, size_t size);

/* Test whether a text from another process is a result of the two functions above; "" is one. */
bool subvol_is_option(const char *text);

/*
 * Split DEV[NAME]. Only a ']' at the very end counts, with the first '['.
 * @ret_dev: DEV, malloc'ed
 * @to: the option for NAME; "" without brackets
 * Returns: 0, or a negative errno
 * Errors: -EINVAL if NAME cannot be an option; -ENOMEM; step "subvol.parse"
 */
int subvol_split(const char *text, char **ret_dev, char to[SUBVOL_MAX], struct err *e);

#endif
