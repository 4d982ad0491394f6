/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xfs - make a mounting XFS fail instead of retrying failed writes forever */
#ifndef DOMU_FS_XFS_H
#define DOMU_FS_XFS_H

#include "base/scope.h"

/*
 * Make an XFS that is about to be mounted from @node ("/dev/loop7") give up at the first failed
 * write. Otherwise, if its device fails or fills up during log replay, mount(2) never returns and
 * cannot be killed. A child process does this, as the sysfs file exists only once mount(2) has
 * begun. The undo ends the child. Other filesystems are not affected.
 * Returns: >= 0, or a negative errno; step "xfs.watch"
 */
int xfs_never_retry(struct scope *s, const char *node, struct err *e);

#endif
