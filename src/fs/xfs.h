/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xfs - a filesystem that would try a failed write again for ever */
#ifndef DOMU_FS_XFS_H
#define DOMU_FS_XFS_H

#include "base/scope.h"

/*
 * From now on an XFS that is mounted from @node ("/dev/loop7") gives up at the first write that
 * fails. Without it, when what it writes to breaks or is full in the middle of a replay, mount(2)
 * never returns, and not even SIGKILL ends it. A child process does it, since the file that says so
 * is there only once mount(2) has begun; the undo ends that. Another filesystem is not touched.
 * Step "xfs.watch".
 */
int xfs_never_retry(struct scope *s, const char *node, struct err *e);

#endif
