/* SPDX-License-Identifier: GPL-2.0-or-later */
/* num - strict parsing of numbers */
#ifndef DOMU_BASE_NUM_H
#define DOMU_BASE_NUM_H

#include <stdint.h>

/*
 * Parse @text, all of it, as a decimal number.
 * Returns: 0; or -EINVAL, or -ERANGE if it exceeds @max, with *@ret unchanged
 */
int num_parse(const char *text, uint64_t max, uint64_t *ret);

/*
 * Parse a size in bytes, with an optional suffix K, M, G or T (powers of 1024, either case).
 * Returns as num_parse().
 */
int num_parse_size(const char *text, uint64_t *ret);

#endif
