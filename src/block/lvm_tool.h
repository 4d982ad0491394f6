/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm_tool - run lvm, confined, to report a guest's logical volumes */
#ifndef DOMU_BLOCK_LVM_TOOL_H
#define DOMU_BLOCK_LVM_TOOL_H

#include <stddef.h>
#include <sys/types.h>

#include "block/blkdev.h"

#define LVM_TOOL "lvm"
#define LVM_NODE "/proc/driver/pv" /* lvm's name of a device: this and a number, from 0 */

#define LVM_REPORT_MAX (1024 * 1024)

struct lvm_request {
	const struct blkdev *pv; /* n devices, the only ones that lvm sees */
	size_t n;
	uid_t uid;     /* unprivileged user to run as */
	int cancel_fd; /* cancels the run when readable */
};

/*
 * Run lvm to report the logical volumes, as JSON for guest/lvmreport.h. Nothing on this host is
 * written. lvm neither writes nor uses the kernel. It has its own mount namespace with
 * only these devices, no configuration of the host, an unprivileged uid, no capability and no way
 * to get one, no child process and limited memory.
 * @ret_fd: a memory file of at most LVM_REPORT_MAX bytes at its start, owned by the caller
 * Returns: 0, or a negative errno; steps "lvm.memory", "lvm.rewind", those of tool_run() and
 * caps_become_nobody()
 */
int lvm_report(const struct lvm_request *rq, int *ret_fd, struct err *e);

#endif
