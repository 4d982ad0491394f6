/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - the names in a directory, sorted, and a message about them */
#ifndef DOMU_FS_LISTING_H
#define DOMU_FS_LISTING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define LISTING_MAX 20000 /* as much of a huge directory is looked at for a message or a choice */

struct listing {
	char **guest_name; /* malloc'ed, sorted */
	size_t n;
};

/*
 * Reads the names in the directory @path_fd (O_PATH) into *ret, which is empty, up to one more
 * than @max. Returns 0 or a negative errno; listing_done() frees it in either case.
 */
int listing_all(int path_fd, size_t max, struct listing *ret);
void listing_done(struct listing *l);

/*
 * Adds the name to the list in @to, quoted. Where @more, or there is no room, it is "...", the
 * list's end: false.
 */
bool listing_add_text(const char *guest_name, bool more, char *to, size_t size);

/*
 * An error's detail, about @meant that is not in the directory @path_fd (O_PATH), whose path is
 * @guest_dir ("" is the root): the nearest name, where there is one, and the first dozen in order,
 * quoted, with "..." where there are more. Returns e->code.
 */
int listing_explain(int path_fd, const char *guest_dir, const char *meant, struct err *e);

#endif
