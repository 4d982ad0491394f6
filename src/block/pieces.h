/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pieces - segments of a logical volume: linear or striped areas on devices */
#ifndef DOMU_BLOCK_PIECES_H
#define DOMU_BLOCK_PIECES_H

#include "block/blkdev.h"

struct area {
	const struct blkdev *dev;
	uint64_t start; /* bytes on the device, a multiple of 512 */
};

/* A segment of @size bytes in @n areas: each has size / n of them, in stripes of stripe_size. */
struct piece {
	uint64_t size;	      /* bytes, a multiple of 512 */
	uint64_t stripe_size; /* bytes, if n > 1 */
	unsigned int n;
	const struct area *area;
};

#endif
