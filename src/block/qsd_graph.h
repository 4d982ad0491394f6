/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd_graph - the nodes that qemu-storage-daemon serves, and the files that they read */
#ifndef DOMU_BLOCK_QSD_GRAPH_H
#define DOMU_BLOCK_QSD_GRAPH_H

#include <stddef.h>

#define QSD_TOOL  "qemu-storage-daemon"
#define QSD_IMAGE "qemu-img"

struct qsd_common {
	const char *subject;
	int cancel_fd;
};

/* The path at which the daemon finds fd[i] of a request; the format takes QSD_FILE_NR(i). */
#define QSD_FILE       "/proc/self/fd/%u"
#define QSD_FILE_NR(i) (3 + (i))
#define QSD_FIRST      "/proc/self/fd/3" /* of fd[0] */

struct qsd_graph {
	struct qsd_common common;
	const char *const *node; /* arguments of --blockdev in JSON, each after those it needs; */
	size_t n_nodes;		 /* the last is called "top" and is served */
	const int *fd;		 /* the only files that the nodes may open */
	size_t n_fds;
};

#define QSD_NODES_MAX 64

#endif
