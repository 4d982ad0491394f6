/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bareroot - a root directory that contains only the host's programs */
#ifndef DOMU_SYS_BAREROOT_H
#define DOMU_SYS_BAREROOT_H

/*
 * Make @dir the root directory of a child that becomes a tool, in its own mount namespace. It
 * contains /usr with its links, read-only, and /proc, /dev/null and /dev/fuse. A hostile image
 * cannot make the tool open any other file of the host.
 * @dir: an empty tmpfs
 * Returns: 0, or a negative errno
 */
int bareroot_enter(const char *dir);

#endif
