/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd - helpers for file descriptors */
#ifndef DOMU_BASE_FD_H
#define DOMU_BASE_FD_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

/* Close *@fd unless it is negative, and set it to -1. */
void fd_close(int *fd);

/*
 * Write the path in /proc/self/fd of the file that @fd has open.
 * Returns: @to
 */
#define FD_PATH_SIZE 32
const char *fd_path(int fd, char to[FD_PATH_SIZE]);

/*
 * Open the file of @fd again, with O_CLOEXEC. Needs /proc.
 * Returns: a descriptor; or -1 and errno
 */
int fd_reopen(int fd, int flags);

/*
 * Open the directory @name for listing; a symbolic link is not followed.
 * Returns: a stream; or NULL and errno
 */
DIR *fd_open_dir(int at_fd, const char *name);

/*
 * Test whether @name in @dir_fd is the file that @fd has open.
 * @name: "" for @dir_fd itself
 * Returns: 1 if it is; 0 if it is another file or does not exist; -1 and errno on failure
 */
int fd_is_named(int fd, int dir_fd, const char *name);

/*
 * Write @len bytes, resuming after short writes.
 * Returns: 0; or -1 and errno
 */
int fd_write_all(int fd, const void *data, size_t len);

/*
 * Create a file in memory of @size zero bytes.
 * Returns: a descriptor; or -1 and errno
 */
int fd_memory(const char *name, uint64_t size);

#endif
