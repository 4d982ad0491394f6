/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - the first names in a directory: of all for a message, or of those that are wanted */
#ifndef DOMU_FS_LISTING_H
#define DOMU_FS_LISTING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * An error's detail, about @meant that is not in the directory @path_fd (O_PATH), whose path is
 * @guest_dir ("" is the root): the nearest name, where there is one, and the first dozen in order,
 * quoted, with "..." where there are more. Of a huge directory only 20,000 entries are looked at.
 * Returns e->code.
 */
int listing_explain(int path_fd, const char *guest_dir, const char *meant, struct err *e);

typedef bool (*listing_wanted_fn)(int path_fd, const char *guest_name);

/*
 * Those of the names that are wanted, the first @max of them in order, as they are. *ret_more:
 * there are more. Returns how many, -1 where the directory can't be read.
 */
int listing_pick(int path_fd, listing_wanted_fn wanted, char (*guest_name)[NAME_MAX + 1],
	unsigned int max, bool *ret_more);

/* All names of a directory, sorted; malloc'ed. */
struct listing {
	char **guest_name;
	size_t n;
};

/*
 * Reads the names in the directory @path_fd (O_PATH) that @wants takes (NULL: all) into *ret, up to
 * one more than @max. Returns 0 or a negative errno; listing_done() frees it in either case.
 */
int listing_all(
	int path_fd, bool (*wants)(const char *guest_name), size_t max, struct listing *ret);
void listing_done(struct listing *l);

/* Of such names a text, quoted; ends in ", ..." where there are more, or no more fit. */
void listing_text(
	char (*guest_name)[NAME_MAX + 1], unsigned int n, bool more, char *to, size_t size);

#endif
