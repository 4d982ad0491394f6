/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead_formats - what the formats' parsers share, and their entry points */
#ifndef DOMU_GUEST_IMAGEHEAD_FORMATS_H
#define DOMU_GUEST_IMAGEHEAD_FORMATS_H

#include <string.h>

#include "base/step.h"
#include "guest/imagehead.h"

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

static inline uint64_t head_le(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | at[n];
	return v;
}

static inline uint64_t head_be(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v = v << 8 | at[i];
	return v;
}

/* How many of @each are needed for @all; @each > 0. */
static inline uint64_t head_count(uint64_t all, uint64_t each)
{
	return all / each + (all % each != 0);
}

static inline bool head_is_power(uint64_t n)
{
	return n && !(n & (n - 1));
}

#endif
