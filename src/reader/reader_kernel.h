/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_kernel - what the reader process does with a kernel: looks into it, unpacks it */
#ifndef DOMU_READER_READER_KERNEL_H
#define DOMU_READER_READER_KERNEL_H

#include "copy/copy.h"
#include "guest/kernel.h"

struct unpacked {
	struct copied copied;
	struct kernel_info kernel; /* what was packed, with all that could be learned meanwhile */
};

/*
 * What the file is. @limit: 0, or how much may be unpacked to learn what only the unpacked kernel
 * tells (Xen's notes, an ELF's version); what can't be learned is no failure. "reader.head"
 */
int reader_kernel_look(
	int fd, uint64_t limit, const char *subject, struct kernel_info *ret, struct err *e);

/*
 * Writes what is packed in the kernel @rq->in_fd, an ELF or an arm64 Image, to @rq->out_fd's start,
 * at most @rq->limit bytes. "unpack.*", "reader.head"
 */
int reader_kernel_unpack(const struct copy_request *rq, struct unpacked *ret, struct err *e);

/* 1 when @rq->out_fd holds just that, 0 when not; *ret's digest is not set. Also "copy.compare" */
int reader_kernel_compare(const struct copy_request *rq, struct unpacked *ret, struct err *e);

#endif
