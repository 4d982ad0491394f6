/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd_child - the process that confines itself and becomes qemu-storage-daemon */
#ifndef DOMU_BLOCK_QSD_CHILD_H
#define DOMU_BLOCK_QSD_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "block/qsd_graph.h"

/*
 * Every kernel has it; the daemon covers it with a tmpfs in a namespace of its own, which becomes
 * its root.
 */
#define QSD_DIR	    "/proc/driver"
#define QSD_OVERLAY "/overlay"
#define QSD_EXPORT  "/export"

struct qsd_job {
	struct qsd_graph graph;
	uint64_t overlay_size;	/* bytes of an overlay to be made first; 0: none */
	uint64_t overlay_limit; /* bytes that may be written to it */
};

/*
 * Does not return: becomes the daemon, with its monitor on stdin and stdout and its words on
 * @words_fd, or says there why it could not and exits. @parent: the keeper, whose death is its own.
 */
void qsd_child(const struct qsd_job *job, pid_t parent, int monitor_fd, int words_fd)
	__attribute__((noreturn));

#endif
