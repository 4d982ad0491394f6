/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes - little- and big-endian numbers */
#ifndef DOMU_BASE_BYTES_H
#define DOMU_BASE_BYTES_H

#include <stdint.h>

/* Read @n bytes, 8 at most, as a little-endian number. */
static inline uint64_t bytes_le(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | at[n];
	return v;
}

/* Read @n bytes, 8 at most, as a big-endian number. */
static inline uint64_t bytes_be(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v = v << 8 | at[i];
	return v;
}

#endif
