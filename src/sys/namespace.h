/* SPDX-License-Identifier: GPL-2.0-or-later */
/* namespace - a mount namespace of our own */
#ifndef DOMU_SYS_NAMESPACE_H
#define DOMU_SYS_NAMESPACE_H

#include "base/err.h"

/*
 * Puts this process into a mount namespace of its own, which receives the host's mounts and hands
 * none back (propagation slave). Steps "mnt.unshare", "mnt.propagation".
 */
int namespace_private(struct err *e);

/*
 * For a child that becomes a tool: a mount namespace of its own, in which @dir is an empty tmpfs
 * with these @flags and @options, and none of the guest's filesystems below it is mounted: they
 * would stay alive there. 0 or negative errno.
 */
int namespace_cover(const char *dir, unsigned long flags, const char *options);

#endif
