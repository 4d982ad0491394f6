/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - sorted names of a directory, and messages about a missing one */
#ifndef DOMU_FS_LISTING_H
#define DOMU_FS_LISTING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define LISTING_MAX 20000 /* limit for messages and choices in a huge directory */

struct listing {
	char **guest_name; /* malloc'ed, sorted */
	size_t n;
};

/*
 * List the names in a directory, at most @max + 1, sorted.
 * @path_fd: O_PATH
 * @ret: must be empty; listing_done() frees it, on failure, too
 * Returns: 0, or a negative errno
 */
int listing_all(int path_fd, size_t max, struct listing *ret);
void listing_done(struct listing *l);

/*
 * Append a quoted name to the list in @to, or "..." if @more or it does not fit.
 * Returns: false after "...", which ends the list
 */
bool listing_add_text(const char *guest_name, bool more, char *to, size_t size);

/*
 * Set the detail of an error about a name that does not exist in a directory: a similar name if
 * there is one, and the first dozen, quoted.
 * @path_fd: the directory, O_PATH
 * @guest_dir: its path; "" is the root
 * @meant: the missing name
 * Returns: e->code
 */
int listing_explain(int path_fd, const char *guest_dir, const char *meant, struct err *e);

#endif
