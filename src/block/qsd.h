/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd - qemu-storage-daemon: what no driver of the kernel's can serve, as one file */
#ifndef DOMU_BLOCK_QSD_H
#define DOMU_BLOCK_QSD_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/qsd_graph.h"

/*
 * The daemon serves one file through FUSE. It lives in a mount namespace of its own: in ours, a
 * mount on what it serves and the daemon could not end together; in a network of its own, which is
 * none; with a bounded memory; and it dies with us (PDEATHSIG). Descriptors that are returned
 * belong to the undo, which ends the daemon. Steps "storaged.*"; the daemon's own words in the
 * detail.
 */
/* 1 when it can be used here, 0 when not (the reason in @why, with the package's name). */
int qsd_usable(bool overlay, char *why, size_t size);

struct qsd_overlay {
	struct qsd_common common;
	const struct blkdev *origin; /* is only read */
	uint64_t limit;		     /* bytes that may be written: they are held in a tmpfs */
};

struct qsd_fds {
	int export_fd; /* O_RDWR: what is served */
	int store_fd;  /* O_RDONLY: what was written; for qsd_is_full() */
};

/* A throw-away qcow2 overlay over @origin, to be written to. */
int qsd_overlay(struct scope *s, const struct qsd_overlay *rq, struct qsd_fds *ret, struct err *e);

/* 1 when nothing more can be written: what is served fails with I/O errors then. */
int qsd_is_full(int store_fd);

/* Serves that, read-only; *ret_fd is O_RDONLY. *ret is the scope's. */
struct qsd;
int qsd_graph(struct scope *s, const struct qsd_graph *rq, const struct qsd **ret, int *ret_fd,
	struct err *e);

/* Fails when it serves no longer: reading fails with I/O errors then. Step "qsd.gone". */
int qsd_check(const struct qsd *d, const char *subject, struct err *e);

#endif
