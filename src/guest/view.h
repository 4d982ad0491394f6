/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view - bounds-checked reads from untrusted bytes */
#ifndef DOMU_GUEST_VIEW_H
#define DOMU_GUEST_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

struct view {
	const uint8_t *bytes;
	size_t len;
	bool is_big; /* numbers are big-endian */
};

/* Test whether the @n bytes of @magic are at @at. */
static inline bool view_has(const struct view *v, uint64_t at, const char *magic, size_t n)
{
	return at <= v->len && n <= v->len - at && !memcmp(v->bytes + at, magic, n);
}

/* Read a number of @size bytes, 8 at most; 0 if it is not within the view. */
static inline uint64_t view_number(const struct view *v, uint64_t at, unsigned int size)
{
	if (at > v->len || size > v->len - at)
		return 0;
	return v->is_big ? bytes_be(v->bytes + at, size) : bytes_le(v->bytes + at, size);
}

#endif
