/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd - helpers for file descriptors */
#include "base/fd.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"

void fd_close(int *fd)
{
	if (*fd >= 0 && close(*fd) < 0)
		assert(errno != EBADF); /* a double close would hit another owner's descriptor */
	*fd = -1;
}

const char *fd_path(int fd, char to[FD_PATH_SIZE])
{
	snprintf(to, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
	return to;
}

int fd_reopen(int fd, int flags)
{
	char path[FD_PATH_SIZE];

	return open(fd_path(fd, path), flags | O_CLOEXEC);
}

DIR *fd_open_dir(int at_fd, const char *name)
{
	own_fd int fd = openat(at_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d)
		TAKE_FD(fd); /* owned by the stream now */
	return d;
}

int fd_is_named(int fd, int dir_fd, const char *name)
{
	struct stat ours, there;

	if (fstat(fd, &ours) < 0)
		return -1;
	if (fstatat(dir_fd, name, &there, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0)
		return errno == ENOENT ? 0 : -1;
	return ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

int fd_write_all(int fd, const void *data, size_t len)
{
	while (len > 0) {
		ssize_t n = TEMP_FAILURE_RETRY(write(fd, data, len));

		if (n < 0)
			return -1;
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	return 0;
}

int fd_memory(const char *name, uint64_t size)
{
	own_fd int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return -1;
	return TAKE_FD(fd);
}
