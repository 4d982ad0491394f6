/* SPDX-License-Identifier: GPL-2.0-or-later */
/* storaged - qemu-storage-daemon: a block device that can be written to over one that can't */
#ifndef DOMU_SYS_STORAGED_H
#define DOMU_SYS_STORAGED_H

#include "base/scope.h"
#include "sys/blkdev.h"

#define STORAGED_TOOL  "qemu-storage-daemon"
#define STORAGED_IMAGE "qemu-img"

struct storaged_request {
	const struct blkdev *origin; /* is only read */
	uint64_t limit;		     /* bytes that may be written: they are held in a tmpfs */
	const char *dir; /* a directory to mount that on, in the daemon's own namespace */
	const char *subject;
	int cancel_fd;
};

struct storaged_fds {
	int export_fd; /* O_RDWR: what is served */
	int store_fd;  /* O_RDONLY: what was written; for storaged_is_full() */
};

/*
 * Starts the daemon on a throw-away qcow2 overlay over @origin, exported as one file through FUSE,
 * and opens that file; the descriptors belong to the undo, which ends the daemon. It lives
 * in a mount namespace of its own: in ours, a mount on what it serves and the daemon could not end
 * together. It dies with us (PDEATHSIG). Steps "storaged.*"; the daemon's own words in the detail.
 */
int storaged_serve(struct scope *s, const struct storaged_request *rq, struct storaged_fds *ret,
	struct err *e);

/* 1 when nothing more can be written: what is served fails with I/O errors then. */
int storaged_is_full(int store_fd);

#endif
