/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd - qemu-storage-daemon: serve images and overlays as a file, through FUSE */
#ifndef DOMU_BLOCK_QSD_H
#define DOMU_BLOCK_QSD_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/qsd_graph.h"

/*
 * qemu-storage-daemon serves one file through FUSE, for what the kernel has no driver for. It has
 * its own mount namespace (in ours, a mount on the served file and the daemon would keep each other
 * busy), an empty network namespace and limited memory, and is killed when this process dies
 * (PDEATHSIG). Returned descriptors are owned by the undo, which ends the daemon. Steps "qsd.*";
 * the detail has the daemon's stderr.
 */

/*
 * Test whether the daemon is usable on this host.
 * @overlay: for qsd_overlay()
 * @why: set to the reason if not, with the package's name
 * Returns: 1 or 0
 */
int qsd_usable(bool overlay, char *why, size_t size);

struct qsd_overlay {
	struct qsd_common common;
	const struct blkdev *origin; /* only read */
	uint64_t limit;		     /* bytes that may be written; they are kept in a tmpfs */
};

struct qsd_fds {
	int export_fd; /* O_RDWR: the served file */
	int store_fd;  /* O_RDONLY: the written data, for qsd_is_full() */
};

/*
 * Serve a writable, temporary qcow2 overlay over @origin.
 * Returns: >= 0, or a negative errno
 */
int qsd_overlay(struct scope *s, const struct qsd_overlay *rq, struct qsd_fds *ret, struct err *e);

/* Test whether the overlay is full, so that I/O on it fails: 1 or 0. */
int qsd_is_full(int store_fd);

/*
 * Serve a graph read-only.
 * @ret: owned by the scope
 * @ret_fd: O_RDONLY
 * Returns: >= 0, or a negative errno
 */
struct qsd;
int qsd_graph(struct scope *s, const struct qsd_graph *rq, const struct qsd **ret, int *ret_fd,
	struct err *e);

/*
 * Check that the daemon is still serving; if not, reads fail with I/O errors. May wait for 100 ms.
 * Returns: 0; or -EIO, step "qsd.gone"
 */
int qsd_check(const struct qsd *d, const char *subject, struct err *e);

#endif
