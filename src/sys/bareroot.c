/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bareroot - a root directory with the host's programs in it, and nothing else of the host's */
#include "sys/bareroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/own.h"

#define PATH_SIZE 96 /* bytes: @dir and one of the names below */

static const struct {
	const char *path;
	bool writable; /* devices, and a process' own files in /proc */
} parts[] = {
	{"/usr", false},
	{"/bin", false},
	{"/sbin", false},
	{"/lib", false},
	{"/lib32", false},
	{"/lib64", false},
	{"/libx32", false},
	{"/etc/ld.so.cache", false},
	{"/proc", true},
	{"/dev/null", true},
	{"/dev/fuse", true},
};

static int make_file(const char *path)
{
	own_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : 0;
}

/* /bin is but a link into /usr, today. */
static int make_link(const char *from, const char *to)
{
	char target[PATH_SIZE];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	return symlink(target, to) < 0 ? -errno : 0;
}

static int bind(const char *from, const char *to, bool writable)
{
	const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;

	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		return -errno;
	return !writable && mount(NULL, to, NULL, flags, NULL) < 0 ? -errno : 0;
}

/* What a host hasn't, isn't there either. */
static int bareroot_add(const char *from, const char *to, bool writable)
{
	struct stat st;
	int r;

	if (lstat(from, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISLNK(st.st_mode))
		return make_link(from, to);
	if (S_ISDIR(st.st_mode))
		r = mkdir(to, 0755) < 0 ? -errno : 0;
	else
		r = make_file(to);
	return r < 0 ? r : bind(from, to, writable);
}

static int make_dirs(const char *dir)
{
	static const char *const names[] = {"etc", "dev"};

	for (size_t i = 0; i < COUNT(names); i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (mkdir(path, 0755) < 0)
			return -errno;
	}
	return 0;
}

int bareroot_enter(const char *dir)
{
	int r = make_dirs(dir);

	for (size_t i = 0; r >= 0 && i < COUNT(parts); i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%s%s", dir, parts[i].path);
		r = bareroot_add(parts[i].path, path, parts[i].writable);
	}
	if (r < 0)
		return r;
	return chroot(dir) < 0 || chdir("/") < 0 ? -errno : 0;
}
