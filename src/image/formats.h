/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats - the image parsers: entry points and common helpers */
#ifndef DOMU_IMAGE_FORMATS_H
#define DOMU_IMAGE_FORMATS_H

#include <string.h>

#include "base/bytes.h"
#include "base/step.h"
#include "image/imagehead.h"

/* An image being read. */
struct reading {
	const struct image_source *from;
	const char *subject;
	struct imagehead *to;
	struct err *e;
};

/* Parse the header of a format. Return as imagehead_read(). */
int qcow2_read(struct reading *r);
int vmdk_read(struct reading *r);
int vhd_read(struct reading *r);
int vhdx_read(struct reading *r);
int vdi_read(struct reading *r);

/*
 * Read exactly @len bytes at @offset.
 * Returns: 0, or a negative errno
 * Errors: -EBADMSG if the file ends before
 */
int head_need(struct reading *r, uint64_t offset, void *to, size_t len);

/*
 * Read up to @len bytes at @offset; the rest of @to is zeroed.
 * Returns: the number of bytes read, or a negative errno
 */
int head_some(struct reading *r, uint64_t offset, void *to, size_t len);

/* Fail: not an image of this format; malformed, with a detail; not supported, with a detail. */
#define NOT_SO(r) (FAIL((r)->e, -EMEDIUMTYPE, "imagehead.format", "%s", (r)->subject), -EMEDIUMTYPE)
#define BROKEN(r, ...)                                                                             \
	(FAIL((r)->e, -EBADMSG, "imagehead.broken", "%s", (r)->subject),                           \
		err_detail((r)->e, __VA_ARGS__), -EBADMSG)
#define UNREAD(r, ...)                                                                             \
	(FAIL((r)->e, -EOPNOTSUPP, "imagehead.kind", "%s", (r)->subject),                          \
		err_detail((r)->e, __VA_ARGS__), -EOPNOTSUPP)

/* Return @all divided by @each, rounded up; @each > 0. */
static inline uint64_t head_count(uint64_t all, uint64_t each)
{
	return all / each + (all % each != 0);
}

/*
 * Check that a table of @entries for @each bytes covers @size.
 * Returns: 0, or -EBADMSG
 */
int head_check_room(struct reading *r, uint64_t size, uint64_t entries, uint64_t each);

static inline bool head_is_power(uint64_t n)
{
	return n && !(n & (n - 1));
}

#endif
