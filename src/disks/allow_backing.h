/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allow_backing - backing policy: which files of the host an image may refer to */
#ifndef DOMU_DISKS_ALLOW_BACKING_H
#define DOMU_DISKS_ALLOW_BACKING_H

#include <stddef.h>

#include "base/err.h"
#include "plan/plan.h"

struct reference {
	const struct plan *plan;
	const char *home; /* allow files below this resolved absolute path; "" allows none */
	const char *from; /* path of the referring image; relative names start in its directory */
	const char *subject;	/* the disk, for messages */
	const char *what;	/* "backing file" */
	const char *guest_name; /* the file's name, as the image gives it */
};

/*
 * Open the referenced file read-only if the policy allows it.
 * Symlinks are resolved first; the check and the open apply to the same resolved file. It must be a
 * regular file below an allowed directory.
 * @ret_path: its path before symlinks are resolved, at most @size bytes
 * Returns: a descriptor, owned by the caller
 * Errors: -EINVAL, step "backing.name", if the name is a protocol ("nbd://...") or too long; step
 * "backing.find", if it cannot be resolved; -EACCES, step "backing.allowed", if it lies elsewhere;
 * -EINVAL, step "backing.type", if it is not a regular file; step "backing.open"
 */
int allow_backing_open(const struct reference *ref, char *ret_path, size_t size, struct err *e);

/*
 * Resolve the directory of the file open as @fd.
 * @ret: the path, at most @size bytes
 * Errors: step "backing.find"
 */
int allow_backing_home(int fd, const char *subject, char *ret, size_t size, struct err *e);

#endif
