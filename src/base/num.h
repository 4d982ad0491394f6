/* SPDX-License-Identifier: GPL-2.0-or-later */
/* num - numbers out of text, strictly */
#ifndef DOMU_BASE_NUM_H
#define DOMU_BASE_NUM_H

#include <stdint.h>

/*
 * All of @text must be a decimal number of at most @max. Returns 0, or -EINVAL, -ERANGE; *ret
 * untouched then.
 */
int num_parse(const char *text, uint64_t max, uint64_t *ret);

/* The same in bytes with an optional K, M, G or T (powers of 1024, either case). */
int num_parse_size(const char *text, uint64_t *ret);

#endif
