/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - bytes from one descriptor to another, bounded */
#ifndef DOMU_COPY_COPY_H
#define DOMU_COPY_COPY_H

#include <stdint.h>

#include "base/err.h"
#include "copy/copy_request.h"

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
