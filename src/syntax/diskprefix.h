/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskprefix - what stands before a disk's path, as in phy: and tap:aio: */
#ifndef DOMU_SYNTAX_DISKPREFIX_H
#define DOMU_SYNTAX_DISKPREFIX_H

#include <stdbool.h>
#include <stddef.h>

struct diskprefix {
	const char *name;
	const char *instead; /* refused: what to hand over in its place */
	bool is_format;	     /* the name is the image's format, */
	bool is_raw;	     /* or the toolstack takes the disk as it lies there */
	bool is_phy;	     /* below /dev where the path is not absolute */
};

/* The one whose name these @len bytes are; NULL when there is none. */
const struct diskprefix *diskprefix_find(const char *name, size_t len);

#endif
