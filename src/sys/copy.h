/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - bytes from one descriptor to another, bounded */
#ifndef DOMU_SYS_COPY_H
#define DOMU_SYS_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sys/digest.h"

/*
 * Where the file's bytes lie besides: its filesystem's device is a part of this image. NULL: not
 * to be used. Only for filesystems of which extents_read() may be asked.
 */
struct copy_image {
	int fd;		      /* O_RDONLY; its offset is not moved */
	uint64_t start, size; /* of the device in it, bytes */
	bool share;	      /* blocks, where both files lie on one filesystem that can */
};

struct copy_request {
	int in_fd, out_fd;
	uint64_t at;	     /* where in out_fd it goes */
	uint64_t limit;	     /* bytes */
	bool checksum;	     /* wanted, in the same pass */
	const char *subject; /* names the file, quoted */
	const struct copy_image *image;
};

struct copied {
	uint64_t bytes;
	uint8_t sha256[DIGEST_SIZE]; /* where it was wanted: of out_fd until there */
};

/*
 * Copies from @in_fd's start to @out_fd's byte @at until end of file. More than @limit bytes is
 * -EFBIG (step "copy.limit"): by the file's size before anything is written, and counted while
 * copying, so that a growing file can't fill the disk (one byte more than @limit is written at
 * most). Reading fails as "copy.read", writing as "copy.write" (-ENOSPC and the rest);
 * failures of the quick ways ("copy.extents", "copy.image", "copy.share", "copy.direct",
 * "copy.send") are none, the next one goes on from there. @in_fd is read directly (O_DIRECT) for as
 * long as this runs. Also "copy.stat", "copy.rewind". *ret is set on success only. Signals don't
 * interrupt it. What is made of several files is copied in their order, the first one to 0; what
 * lies between two of them is zeros.
 */
int copy_bytes(const struct copy_request *rq, struct copied *ret, struct err *e);

/*
 * 1 when @in_fd's bytes are those that @copy_fd holds from @at on, where more may follow, 0 when
 * not; without moving their offsets. *ret_bytes, of files that are equal: how many. Step
 * "copy.compare".
 */
int copy_equal(int in_fd, int copy_fd, uint64_t at, const char *subject, uint64_t *ret_bytes,
	struct err *e);

#endif
