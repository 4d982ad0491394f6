/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd_child - the process that confines itself and executes qemu-storage-daemon */
#ifndef DOMU_BLOCK_QSD_CHILD_H
#define DOMU_BLOCK_QSD_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "block/qsd_graph.h"

/*
 * Exists with every kernel. The daemon mounts a tmpfs here in its own namespace and makes it its
 * root.
 */
#define QSD_DIR	    "/proc/driver"
#define QSD_OVERLAY "/overlay"
#define QSD_EXPORT  "/export"

struct qsd_job {
	struct qsd_graph graph;
	uint64_t overlay_size;	/* bytes of an overlay to create first; 0 for none */
	uint64_t overlay_limit; /* bytes that may be written to it */
};

/*
 * Confine this process and execute the daemon, with its monitor on stdin and stdout. Does not
 * return: on failure it writes the reason to @words_fd and exits.
 * @parent: the keeper; its death ends the daemon
 * @words_fd: becomes stderr
 */
void qsd_child(const struct qsd_job *job, pid_t parent, int monitor_fd, int words_fd)
	__attribute__((noreturn));

#endif
