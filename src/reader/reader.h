/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - the process that interprets the guest's bytes and may do nothing else */
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
 * The reader is a child of the keeper, nobody by uid, without capabilities, chrooted into an empty
 * directory; it has no descriptor but its socket and those it is handed for one question. Its
 * answers are bounded structs that are checked here before anybody sees them. A reader that is
 * waited for when the run is given up, or that answers nonsense, is killed at once: so it holds
 * nothing when the unwinding begins.
 */
struct reader;

/* @empty_dir: an absolute path. The undo ends it. Steps "reader.*". */
int reader_start(struct scope *s, uid_t uid, const char *empty_dir, int cancel_fd,
	struct reader **ret, struct err *e);

/*
 * The questions; @subject is for messages, already quoted. Each fails with the step that failed
 * over there.
 */
int reader_table(struct reader *r, int fd, uint64_t size, const char *subject,
	struct part_table *ret, struct err *e);

/* 1 found, 0 nothing known there. */
int reader_superblock(struct reader *r, int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e);
int reader_fsstate(struct reader *r, int fd, const char *fstype, const char *subject,
	struct fsstate *ret, struct err *e);
int reader_fstab(struct reader *r, int fd, const char *subject, struct fstab *ret, struct err *e);

/* @limit: how much of it may be unpacked to learn more; 0: nothing is. */
int reader_kernel(struct reader *r, int fd, uint64_t limit, const char *subject,
	struct kernel_info *ret, struct err *e);

/* Of lvm's report in @fd about so many devices; checked by lvmreport_check(). */
int reader_lvm(
	struct reader *r, int fd, unsigned int n_devices, struct lvm_report *ret, struct err *e);

/* What kind of image the file looks like: a number of image/magic.h, 0 for none. */
int reader_image(struct reader *r, int fd, const char *subject, struct err *e);

/* What an image of that format says in its header: image/imagehead.h. */
int reader_imagehead(struct reader *r, int fd, enum image_format format, const char *subject,
	struct imagehead *ret, struct err *e);

/* Copies; what it says it copied is checked against the file that was written. */
int reader_copy(struct reader *r, const struct copy_request *rq, struct copied *ret, struct err *e);

/*
 * 1 when the copy in @copy_fd holds the file in @in_fd, byte for byte, from @at on, 0 when not.
 * *ret_bytes is the file's length then.
 */
int reader_compare(struct reader *r, int in_fd, int copy_fd, uint64_t at, const char *subject,
	uint64_t *ret_bytes, struct err *e);

/*
 * The same two of what is packed in the kernel, which is unpacked: to @rq->out_fd's start, @limit
 * counts the unpacked bytes. *ret tells of the kernel what was learned meanwhile.
 */
int reader_unpack(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e);
int reader_compare_unpacked(
	struct reader *r, const struct copy_request *rq, struct unpacked *ret, struct err *e);

#endif
