/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes - numbers out of bytes, whichever end they begin with */
#ifndef DOMU_BASE_BYTES_H
#define DOMU_BASE_BYTES_H

#include <stdint.h>

/* The @n bytes at @at, up to 8, the least significant first. */
static inline uint64_t bytes_le(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | at[n];
	return v;
}

/* The most significant first. */
static inline uint64_t bytes_be(const uint8_t *at, unsigned int n)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v = v << 8 | at[i];
	return v;
}

#endif
