/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps - what a process may do, and when it stops being allowed to */
#ifndef DOMU_SYS_CAPS_H
#define DOMU_SYS_CAPS_H

#include <sys/types.h>

#include "base/err.h"

/*
 * The capabilities that the job needs are one table in caps.c, each with the reason.
 * caps_require() says which of them are missing from the effective set, in one error (-EPERM,
 * step "caps.require", the subject lists them: "CAP_SYS_ADMIN, CAP_MKNOD"; the detail says what
 * the first is for). Step "caps.read".
 */
int caps_require(struct err *e);

/*
 * Keeps that table's capabilities and nothing else: in the permitted, effective and bounding
 * set; the inheritable and ambient ones are empty. A tool that is run as uid 0 has the same.
 * Step "caps.limit".
 */
int caps_limit(struct err *e);

/*
 * What a program that this process becomes, as uid 0, may still do: mount (FUSE), and open files
 * whoever they belong to. With less than others have, it can't go into their /proc/PID/root either.
 * 0 or negative errno.
 */
int caps_bound_server(void);

/*
 * What this process makes in filesystems from here on is @uid's; its capabilities stay. 0 or
 * negative errno.
 */
int caps_own_as(uid_t uid);

/*
 * For good: no supplementary groups, gid and uid become @uid (all three of each; gid = @uid), no
 * capability in any set, securebits locked where that is allowed, no_new_privs, not dumpable.
 * PDEATHSIG is cleared by this (setuid does): the caller sets it again. A @uid of 0 or -1 is
 * refused (-EINVAL, "caps.choose"). Steps "caps.groups", "caps.gid", "caps.bound", "caps.uid",
 * "caps.drop", "caps.nnp", "caps.dumpable". After a failure the process is half of each: it must
 * end.
 */
int caps_become_nobody(uid_t uid, struct err *e);

#endif
