/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps - capabilities: check, limit and drop them */
#ifndef DOMU_SYS_CAPS_H
#define DOMU_SYS_CAPS_H

#include <sys/types.h>

#include "base/err.h"

/*
 * Check that the effective set has all capabilities that the program needs; caps.c lists them, each
 * with the reason.
 * Returns: 0, or a negative errno
 * Errors: -EPERM, step "caps.require": the subject lists the missing ones, as "CAP_SYS_ADMIN,
 * CAP_MKNOD", the detail says what the first is for; step "caps.read"
 */
int caps_require(struct err *e);

/*
 * Reduce the permitted, effective and bounding sets to the capabilities of that list; the
 * inheritable and ambient sets become empty. A tool that runs as uid 0 gets the same.
 * Returns: 0, or a negative errno; step "caps.limit"
 */
int caps_limit(struct err *e);

/*
 * Reduce the bounding set for a server that this process executes as uid 0: it may mount (FUSE) and
 * open any user's files. Having fewer capabilities than other processes, it cannot enter their
 * /proc/PID/root.
 * Returns: 0, or a negative errno
 */
int caps_bound_server(void);

/*
 * Let @uid own the files that this process creates from now on; the capabilities stay.
 * Returns: 0, or a negative errno
 */
int caps_own_as(uid_t uid);

/*
 * Drop all privileges for good: no supplementary groups, all three uids and gids are @uid, no
 * capability in any set, securebits locked where that is permitted, no_new_privs, not dumpable.
 * This clears PDEATHSIG, as setuid(2) does: the caller sets it again. After a failure, privileges
 * are partly dropped and the process must exit.
 * @uid: also the gid
 * Returns: 0, or a negative errno
 * Errors: -EINVAL, step "caps.choose", if @uid is 0 or -1; steps "caps.groups", "caps.gid",
 * "caps.bound", "caps.uid", "caps.drop", "caps.nnp", "caps.dumpable"
 */
int caps_become_nobody(uid_t uid, struct err *e);

#endif
