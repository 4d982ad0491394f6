/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bareroot - a root directory with the host's programs in it, and nothing else of the host's */
#ifndef DOMU_SYS_BAREROOT_H
#define DOMU_SYS_BAREROOT_H

/*
 * For a child that becomes a tool, in a mount namespace of its own: @dir, an empty tmpfs, becomes
 * its root. In it are /usr and what belongs to it, read-only, /proc, /dev/null and /dev/fuse: a
 * name that a hostile image talks the tool into opening leads nowhere. 0 or negative errno.
 */
int bareroot_enter(const char *dir);

#endif
