/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openin - open a guest's path, confined to the guest's tree */
#ifndef DOMU_FS_OPENIN_H
#define DOMU_FS_OPENIN_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * Called for each directory that a walk enters downwards, including the last, before anything in it
 * is looked up. It may mount on that directory.
 * @guest_dir: canonical path in the tree ("/boot", never "/")
 * @dir_fd: O_PATH, owned by the walk
 * Returns: 0 to continue; 1 if it has mounted: the directory is entered again, without a call; or a
 * negative errno (with *e) to stop. Called again if a symlink leads through the directory again.
 */
typedef int (*openin_enter_fn)(void *arg, const char *guest_dir, int dir_fd, struct err *e);

/*
 * Resolve @guest_path as the guest would, with @root_fd as its root. Symlinks and ".." stay inside,
 * mounts in the tree are crossed, the last component is followed.
 * @enter: may be NULL
 * @ret: the canonical path: absolute, without symlinks
 * Returns: 0, or a negative errno with the quoted @guest_path as the subject, or @enter's
 * Errors: step "openin.walk": -ELOOP for more than 40 symlinks, a link on procfs, or more than
 * 100,000 lookups; -ENOENT, with the searched directory and a dozen of its names in the detail;
 * -ENOTDIR, with the component in the detail. Step "openin.length": -ENAMETOOLONG if it exceeds
 * @size
 */
int openin_walk(int root_fd, const char *guest_path, openin_enter_fn enter, void *arg, char *ret,
	size_t size, struct err *e);

/*
 * Open @guest_path for reading, with @root_fd as its root. The path is resolved by
 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS), Linux 5.6; if the kernel lacks it, or a seccomp
 * profile forbids it (ENOSYS, EPERM), as by openin_walk(). The file is opened with O_PATH, checked
 * and reopened through /proc/self/fd, so that a FIFO does not block and a device is not touched.
 * @flags: O_DIRECTORY to open only a directory, O_PATH for any type; 0 to open only a regular file
 * @ret_st: may be NULL
 * Returns: a descriptor (O_CLOEXEC, owned by the caller), or a negative errno
 * Errors: step "openin.type", with the type in the detail: -EISDIR, -EINVAL, or -ENOTDIR; step
 * "openin.open" or "openin.walk", with the details of openin_walk(); steps "openin.stat",
 * "openin.reopen"
 */
int openin(int root_fd, const char *guest_path, int flags, struct stat *ret_st, struct err *e);

#endif
