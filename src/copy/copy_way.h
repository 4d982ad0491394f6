/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_way - what the ways of copying have in common, for them alone */
#ifndef DOMU_COPY_COPY_WAY_H
#define DOMU_COPY_COPY_WAY_H

#include "base/err.h"
#include "copy/copy_request.h"

#define PAGE  4096
#define CHUNK (128 * 1024) /* stays in the processor's cache on its way through */

/*
 * A file on its way. Each way begins where the one before it stopped: at @copied, where both
 * descriptors' offsets are, too.
 */
struct copy {
	int in_fd, out_fd;
	uint64_t at; /* where in out_fd it begins */
	uint64_t limit;
	uint64_t copied;
	uint64_t size; /* of the file, when it began; 0: none is known */
	const char *subject;
	bool wants_digest;
	const struct copy_image *image;
	bool shares; /* image and copy can, as far as is known */
};

extern char copy_buffer[CHUNK];

/* Writes @len bytes of copy_buffer, which count as copied then. Step "copy.write". */
int copy_write(struct copy *c, size_t len, struct err *e);

/* For the digest alone: bytes that are in the copy already. */
void copy_digest(const char *bytes, size_t len);

/* What lies before the first part is nothing, and before the others zeros. */
void copy_digest_until(uint64_t at);
void copy_digest_so_far(uint8_t ret[DIGEST_SIZE]);

#endif
