/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats - what the formats' parsers share, and their entry points */
#ifndef DOMU_IMAGE_FORMATS_H
#define DOMU_IMAGE_FORMATS_H

#include <string.h>

#include "base/bytes.h"
#include "base/step.h"
#include "image/imagehead.h"

/* One image that is being read. */
struct reading {
	const struct image_source *from;
	const char *subject;
	struct imagehead *to;
	struct err *e;
};

int qcow2_read(struct reading *r);
int vmdk_read(struct reading *r);
int vhd_read(struct reading *r);
int vhdx_read(struct reading *r);
int vdi_read(struct reading *r);

/* All of @len bytes at @offset; a file that ends before is cut off. */
int head_need(struct reading *r, uint64_t offset, void *to, size_t len);

/* As many as there are; the rest is zero. Returns how many. */
int head_some(struct reading *r, uint64_t offset, void *to, size_t len);

#define NOT_SO(r) (FAIL((r)->e, -EMEDIUMTYPE, "imagehead.format", "%s", (r)->subject), -EMEDIUMTYPE)
#define BROKEN(r, ...)                                                                             \
	(FAIL((r)->e, -EBADMSG, "imagehead.broken", "%s", (r)->subject),                           \
		err_detail((r)->e, __VA_ARGS__), -EBADMSG)
#define UNREAD(r, ...)                                                                             \
	(FAIL((r)->e, -EOPNOTSUPP, "imagehead.kind", "%s", (r)->subject),                          \
		err_detail((r)->e, __VA_ARGS__), -EOPNOTSUPP)

/* How many of @each are needed for @all; @each > 0. */
static inline uint64_t head_count(uint64_t all, uint64_t each)
{
	return all / each + (all % each != 0);
}

/* A size is a promise that a table of @entries for @each bytes has to keep. */
int head_check_room(struct reading *r, uint64_t size, uint64_t entries, uint64_t each);

static inline bool head_is_power(uint64_t n)
{
	return n && !(n & (n - 1));
}

#endif
