/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd - what is done with descriptors in many places */
#ifndef DOMU_BASE_FD_H
#define DOMU_BASE_FD_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

/* Closes *fd, unless it is negative; it is -1 after it. */
void fd_close(int *fd);

/* The path that leads to the very file that @fd has open. Needs /proc. Returns @to. */
#define FD_PATH_SIZE 32
const char *fd_path(int fd, char to[FD_PATH_SIZE]);

/* Opens that file again, with O_CLOEXEC; a descriptor, or -1 and errno. */
int fd_reopen(int fd, int flags);

/* The directory @name in @at_fd to be read, no symbolic link; NULL and errno. */
DIR *fd_open_dir(int at_fd, const char *name);

/*
 * Whether the file that @fd has open is @name in @dir_fd, "" @dir_fd itself: 1 yes; 0 no, also
 * where there is none of that name; -1 and errno.
 */
int fd_is_named(int fd, int dir_fd, const char *name);

/* Writes all of it, whatever cuts a write short: 0, or -1 and errno. */
int fd_write_all(int fd, const void *data, size_t len);

/* A new file in memory of @size zero bytes: a descriptor, or -1 and errno. */
int fd_memory(const char *name, uint64_t size);

#endif
