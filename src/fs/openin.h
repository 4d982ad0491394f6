/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openin - opens the guest's paths inside the guest's tree and nowhere else */
#ifndef DOMU_FS_OPENIN_H
#define DOMU_FS_OPENIN_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * Called for each directory that a walk enters going down (the last one included), before
 * anything in it is looked up: @guest_dir is its canonical path inside the tree ("/boot", never
 * "/"), @dir_fd an O_PATH descriptor on it, which stays the walk's. It may mount something on
 * that directory: return 1 then, and the walk enters it anew without another call; 0 to go on;
 * negative errno (with *e) to give up. A symlink may lead through the same directory again: then
 * it is called again.
 */
typedef int (*openin_enter_fn)(void *arg, const char *guest_dir, int dir_fd, struct err *e);

/*
 * Follows @guest_path from the directory @root_fd as the guest itself would: "/" and ".." of "/"
 * are @root_fd, symlinks of any kind stay inside, at most 40 of them (-ELOOP), links on a procfs
 * are never followed (-ELOOP); mounts inside the tree are crossed. A path that takes more than
 * 100,000 lookups is -ELOOP, too. The final component is followed. @enter may be NULL.
 * On success returns 0 and the canonical path in @ret (absolute, no symlinks, at most @size
 * bytes with its NUL; else -ENAMETOOLONG, step "openin.length").
 * On failure: negative errno, step "openin.walk" (or the one that @enter has set), the subject
 * is @guest_path quoted; for a component that is not there (-ENOENT) the detail names the
 * directory that was searched, and up to a dozen of the names in it; for -ENOTDIR what is none.
 */
int openin_walk(int root_fd, const char *guest_path, openin_enter_fn enter, void *arg, char *ret,
	size_t size, struct err *e);

/*
 * Opens @guest_path for reading inside @root_fd (flags: 0 or O_DIRECTORY, O_PATH): found with
 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) where the kernel has it (Linux 5.6) and no
 * seccomp profile forbids it (ENOSYS, EPERM), else with openin_walk()'s own walk. It is found
 * with O_PATH, looked at, and that very file opened (through /proc/self/fd): a FIFO does not
 * block, a device is not touched. Without O_PATH and O_DIRECTORY only a regular file is opened:
 * else -EISDIR for a directory and -EINVAL for the rest; with O_DIRECTORY only a directory, else
 * -ENOTDIR (step "openin.type", detail naming what it is).
 * Returns the descriptor (O_CLOEXEC, the caller's), @ret_st (may be NULL) filled; or negative
 * errno, step "openin.open" ("openin.walk" where openat2 is missing), the detail for -ENOENT
 * and -ENOTDIR as openin_walk()'s; "openin.stat", "openin.reopen".
 */
int openin(int root_fd, const char *guest_path, int flags, struct stat *ret_st, struct err *e);

#endif
