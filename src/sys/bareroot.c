/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bareroot - a root directory that contains only the host's programs */
#include "sys/bareroot.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

static const struct {
	const char *path;
	bool writable; /* devices, and a process's own files in /proc */
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

/* On a merged /usr, /bin and the like are links. */
static int make_link(const char *from, const char *to)
{
	char target[96];
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

/* Skips what the host does not have. */
static int bareroot_add(const char *from, const char *to, bool writable)
{
	struct stat st;
	int r;

	if (lstat(from, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISLNK(st.st_mode))
		return make_link(from, to);
	if (S_ISDIR(st.st_mode))
		r = mkdir(to, 0755);
	else
		r = mknod(to, S_IFREG | 0600, 0);
	return r < 0 ? -errno : bind(from, to, writable);
}

int bareroot_enter(const char *dir)
{
	int r = chdir(dir) < 0 || mkdir("etc", 0755) < 0 || mkdir("dev", 0755) < 0 ? -errno : 0;

	for (size_t i = 0; r >= 0 && i < COUNT(parts); i++)
		r = bareroot_add(parts[i].path, parts[i].path + 1, parts[i].writable);
	if (r < 0)
		return r;
	return chroot(".") < 0 || chdir("/") < 0 ? -errno : 0;
}
