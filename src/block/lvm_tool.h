/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm_tool - the real lvm tells what lies on a guest's physical volumes, and may do nothing else */
#ifndef DOMU_BLOCK_LVM_TOOL_H
#define DOMU_BLOCK_LVM_TOOL_H

#include <stddef.h>
#include <sys/types.h>

#include "block/blkdev.h"

#define LVM_TOOL "lvm"
#define LVM_NODE "/proc/driver/pv" /* what it calls them: this and a number, from 0 */

#define LVM_REPORT_MAX (1024 * 1024)

struct lvm_request {
	const struct blkdev *pv; /* n of them: the only devices that it sees */
	size_t n;
	uid_t uid;     /* whom it becomes: nobody */
	int cancel_fd; /* readable when the run is to be given up */
};

/*
 * Has lvm's report, JSON of at most LVM_REPORT_MAX bytes, written into memory: a descriptor of it
 * that begins at its start. lvm is told to read only and to need no kernel; it has a mount
 * namespace of its own whose only devices are these, reads no configuration of the host's, is
 * nobody by uid, and has no capability, no way to get one, no child process, and little memory.
 * Nothing of this host is written. Steps "lvm.memory", "lvm.rewind", tool_run()'s and
 * caps_become_nobody()'s.
 */
int lvm_report(const struct lvm_request *rq, int *ret_fd, struct err *e);

#endif
