/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - copy a file with a size limit, and compare copies */
#ifndef DOMU_COPY_COPY_H
#define DOMU_COPY_COPY_H

#include <stdint.h>

#include "base/err.h"
#include "copy/copy_request.h"

/*
 * Copy all of @rq->in_fd to @rq->out_fd, from its byte @at on. Several files are copied to one in
 * order, the first to 0; gaps between them are zeros. Not interrupted by signals. The fast ways
 * ("copy.extents", "copy.image", "copy.share", "copy.direct", "copy.send") may fail: the next way
 * continues. in_fd is set to O_DIRECT meanwhile.
 * @ret: set only on success
 * Returns: 0, or a negative errno
 * Errors: -EFBIG, step "copy.limit", if the file exceeds @limit: by its size before anything is
 * written, else while copying, after one byte more than @limit at most; step "copy.read"; step
 * "copy.write", as -ENOSPC; steps "copy.stat", "copy.rewind"
 */
int copy_bytes(const struct copy_request *rq, struct copied *ret, struct err *e);

/*
 * Test whether @copy_fd contains the bytes of @in_fd from @at on; more may follow. File offsets do
 * not move.
 * @ret_bytes: size of @in_fd, if equal
 * Returns: 1 if equal, 0 if not, or a negative errno; step "copy.compare"
 */
int copy_equal(int in_fd, int copy_fd, uint64_t at, const char *subject, uint64_t *ret_bytes,
	struct err *e);

#endif
