/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskprefix - prefixes of a disk's path, such as phy: and tap:aio: */
#ifndef DOMU_SYNTAX_DISKPREFIX_H
#define DOMU_SYNTAX_DISKPREFIX_H

#include <stdbool.h>
#include <stddef.h>

struct diskprefix {
	const char *name;
	const char *instead; /* refused: what to pass in its place */
	bool is_format;	     /* the name is the image's format */
	bool is_raw;	     /* the toolstack reads the disk as raw */
	bool is_phy;	     /* a relative path is relative to /dev */
};

/*
 * Look up a prefix.
 * @name: @len bytes, without the colon
 * Returns: a static entry, or NULL if it is unknown
 */
const struct diskprefix *diskprefix_find(const char *name, size_t len);

#endif
