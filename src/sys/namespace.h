/* SPDX-License-Identifier: GPL-2.0-or-later */
/* namespace - private mount namespaces */
#ifndef DOMU_SYS_NAMESPACE_H
#define DOMU_SYS_NAMESPACE_H

#include "base/err.h"

/*
 * Move this process to its own mount namespace, which receives the host's mounts and returns none
 * (slave propagation).
 * Returns: >= 0, or a negative errno; steps "mnt.unshare", "mnt.propagation"
 */
int namespace_private(struct err *e);

/*
 * Give a child that becomes a tool its own mount namespace and mount an empty tmpfs at @dir. The
 * guest's filesystems below @dir are not in it: the tool would keep them busy.
 * @flags, @options: for mount(2)
 * Returns: 0, or a negative errno
 */
int namespace_cover(const char *dir, unsigned long flags, const char *options);

#endif
