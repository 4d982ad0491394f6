/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_kernel - kernels in the reader process: identify, unpack, compare */
#ifndef DOMU_READER_READER_KERNEL_H
#define DOMU_READER_READER_KERNEL_H

#include "copy/copy.h"
#include "guest/kernel.h"

struct unpacked {
	struct copied copied;
	struct kernel_info kernel; /* the unpacked kernel, with everything learned */
};

/*
 * Identify a kernel.
 * @limit: bytes that may be unpacked to learn what only the unpacked kernel has (Xen notes, an
 * ELF's version); 0 for none. Failures to learn this are ignored.
 * Returns: >= 0, or a negative errno; step "reader.head"
 */
int reader_kernel_look(
	int fd, uint64_t limit, const char *subject, struct kernel_info *ret, struct err *e);

/*
 * Unpack the ELF or arm64 Image in the kernel @rq->in_fd to the start of @rq->out_fd, at most
 * @rq->limit bytes.
 * Returns: 0, or a negative errno; steps "unpack.*", "reader.head", "copy.rewind"
 */
int reader_kernel_unpack(const struct copy_request *rq, struct unpacked *ret, struct err *e);

/*
 * Compare @rq->out_fd with what the kernel unpacks to.
 * @ret: without a digest
 * Returns: 1 if equal, 0 if not, or a negative errno; also step "copy.compare"
 */
int reader_kernel_compare(const struct copy_request *rq, struct unpacked *ret, struct err *e);

#endif
