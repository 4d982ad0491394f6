/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_way - common helpers of the ways to copy */
#ifndef DOMU_COPY_COPY_WAY_H
#define DOMU_COPY_COPY_WAY_H

#include "base/err.h"
#include "copy/copy_request.h"

#define PAGE  4096
#define CHUNK (128 * 1024) /* fits in the processor's cache */

/*
 * A copy in progress. Each way starts where the previous one stopped: at @copied, where both
 * descriptors' offsets are.
 */
struct copy {
	int in_fd, out_fd;
	uint64_t at; /* start in out_fd */
	uint64_t limit;
	uint64_t copied;
	uint64_t size; /* size of the file at the start; 0 if unknown */
	const char *subject;
	bool wants_digest;
	const struct copy_image *image;
	bool shares; /* image and copy may share blocks, as far as known */
};

extern char copy_buffer[CHUNK];

/*
 * Write @len bytes of copy_buffer and count them as copied.
 * Returns: 0, or a negative errno; step "copy.write"
 */
int copy_write(struct copy *c, size_t len, struct err *e);

/* Add bytes to the digest only: they are already in the copy. */
void copy_digest(const char *bytes, size_t len);

/* Start the digest if @at is 0, else add zeros up to @at; get the digest so far. */
void copy_digest_until(uint64_t at);
void copy_digest_so_far(uint8_t ret[DIGEST_SIZE]);

#endif
