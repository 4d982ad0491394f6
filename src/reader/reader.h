/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - start, query and check the unprivileged process that parses the guest's bytes */
#ifndef DOMU_READER_READER_H
#define DOMU_READER_READER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/scope.h"
#include "block/probe.h"
#include "copy/copy.h"
#include "guest/fsstate.h"
#include "guest/fstab.h"
#include "guest/lvmreport.h"
#include "image/header.h"
#include "reader/reader_kernel.h"

/*
 * The reader parses untrusted bytes. It is a child of the keeper with an unprivileged uid, no
 * capabilities, and an empty directory as its root. It has no descriptors but its socket and those
 * passed with one request. Its replies are bounded structs, checked here before use. A reader that
 * sends an invalid reply, or that is being waited for when the run is cancelled, is killed at once,
 * so that it keeps nothing busy when the unwinding begins.
 *
 * The requests return 0 unless noted, or a negative errno with the step that failed in the reader.
 * @fd: passed to the reader; stays the caller's
 * @subject: for messages, already quoted
 * Errors: -EPROTO, step "reader.answer", if the reader is gone or its reply is invalid; -EINTR,
 * step "wire.receive", if cancelled
 */
struct reader;

/*
 * Start the reader. The undo ends it.
 * @empty_dir: absolute path of its root
 * @cancel_fd: cancels requests when readable
 * @ret: owned by the scope
 * Returns: 0, or a negative errno; steps "reader.*", those of caps_become_nobody()
 */
int reader_start(struct scope *s, uid_t uid, const char *empty_dir, int cancel_fd,
	struct reader **ret, struct err *e);

/* Read a partition table, as by probe_table(). */
int reader_table(struct reader *r, int fd, uint64_t size, const char *subject,
	struct part_table *ret, struct err *e);

/* Recognize a superblock. Returns 1 if recognized, 0 if not. */
int reader_superblock(struct reader *r, int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e);

/* Read a superblock's state: guest/fsstate.h. */
int reader_fsstate(struct reader *r, int fd, const char *fstype, const char *subject,
	struct fsstate *ret, struct err *e);

/* Parse a guest's fstab. */
int reader_fstab(struct reader *r, int fd, const char *subject, struct fstab *ret, struct err *e);

/*
 * Identify a kernel.
 * @limit: bytes that may be unpacked to learn more; 0 for none
 */
int reader_kernel(struct reader *r, int fd, uint64_t limit, const char *subject,
	struct kernel_info *ret, struct err *e);

/* Parse lvm's report in @fd about @n_devices; the result passed lvmreport_check(). */
int reader_lvm(
	struct reader *r, int fd, unsigned int n_devices, struct lvm_report *ret, struct err *e);

/* Recognize an image that is not raw. Returns its number in image/magic.h, or 0. */
int reader_image(struct reader *r, int fd, const char *subject, struct err *e);

/* Read an image's header in this format: image/header.h. */
int reader_imagehead(struct reader *r, int fd, enum image_format format, const char *subject,
	struct imagehead *ret, struct err *e);

/* Copy a file, as by copy_bytes(). The number of bytes is checked against the file written. */
int reader_copy(struct reader *r, const struct copy_request *rq, struct copied *ret, struct err *e);

/* Compare a file with a copy, as by copy_equal(). Returns 1 if equal, 0 if not. */
int reader_compare(struct reader *r, int in_fd, int copy_fd, uint64_t at, const char *subject,
	uint64_t *ret_bytes, struct err *e);

/*
 * Unpack a kernel to the start of @rq->out_fd, or compare a copy with what it unpacks to.
 * @rq->limit counts unpacked bytes.
 * @ret: also what was learned about the kernel
 * Returns: reader_compare_unpacked(): 1 if equal, 0 if not
 */
int reader_unpack(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e);
int reader_compare_unpacked(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e);

#endif
