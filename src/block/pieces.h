/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pieces - what a volume is put together of: parts of devices, one after the other or striped */
#ifndef DOMU_BLOCK_PIECES_H
#define DOMU_BLOCK_PIECES_H

#include "block/blkdev.h"

struct area {
	const struct blkdev *dev;
	uint64_t start; /* bytes on the device, a multiple of 512 */
};

/* @size bytes, which lie in @n areas: each holds size / n of them, by turns of stripe_size. */
struct piece {
	uint64_t size;	      /* bytes, a multiple of 512 */
	uint64_t stripe_size; /* bytes, where n > 1 */
	unsigned int n;
	const struct area *area;
};

#endif
