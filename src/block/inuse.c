/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inuse - detect whether an image or disk may be written by others */
#include "block/inuse.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/own.h"
#include "base/step.h"

#define BLKBACK "/sys/bus/xen-backend/devices"

/* ---- a regular file ---- */

/* A read lease is refused while the file is open for writing. It is released at once. */
static int ask_lease(int fd, char *who, size_t size)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
		return fcntl(fd, F_SETLEASE, F_UNLCK) < 0 ? -errno : 0;
	if (errno != EAGAIN)
		return 0; /* no leases on 9p, NFS, FUSE: unknown */
	snprintf(who, size, "another process has it open for writing");
	return 1;
}

/* ---- a block device ---- */

/* The disk, or a partition of it. */
static bool is_on(dev_t disk, dev_t rdev)
{
	own_file FILE *f = NULL;
	unsigned int ma, mi;
	char path[96];

	if (rdev == disk)
		return true;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(rdev), minor(rdev));
	if (access(path, F_OK) < 0)
		return false;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", major(rdev), minor(rdev));
	f = fopen(path, "re");
	return f && fscanf(f, "%u:%u", &ma, &mi) == 2 && makedev(ma, mi) == disk;
}

static bool inuse_is_mounted(dev_t disk, char *who, size_t size)
{
	own_file FILE *f = fopen("/proc/self/mounts", "re");
	char source[256], target[256];

	while (f && fscanf(f, "%255s %255s %*[^\n]", source, target) == 2) {
		struct stat st;

		if (source[0] != '/' || stat(source, &st) < 0 || !S_ISBLK(st.st_mode) ||
			!is_on(disk, st.st_rdev))
			continue;
		snprintf(who, size, "it is mounted on %s", target);
		return true;
	}
	return false;
}

/* Holders: device-mapper, md, bcache. */
static bool is_held(dev_t disk, char *who, size_t size)
{
	char path[96];
	own_dir DIR *d = NULL;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/holders", major(disk), minor(disk));
	d = opendir(path);
	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.') {
			snprintf(who, size, "%s is stacked on it", entry->d_name);
			return true;
		}
	return false;
}

/* xen-blkback gives the guest's device as "major:minor" in hexadecimal. */
static bool is_attached(dev_t disk, char *who, size_t size)
{
	own_dir DIR *d = opendir(BLKBACK);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char path[sizeof(BLKBACK) + sizeof(entry->d_name) + 32];
		own_file FILE *f = NULL;
		unsigned int ma, mi;

		snprintf(path, sizeof(path), BLKBACK "/%s/physical_device", entry->d_name);
		f = fopen(path, "re");
		if (f && fscanf(f, "%x:%x", &ma, &mi) == 2 && is_on(disk, makedev(ma, mi))) {
			snprintf(who, size, "a guest uses it (%s)", entry->d_name);
			return true;
		}
	}
	return false;
}

static bool is_for_writing(const char *pid, const char *number)
{
	own_file FILE *f = NULL;
	char path[64], line[64];
	unsigned int flags;

	snprintf(path, sizeof(path), "/proc/%.15s/fdinfo/%.15s", pid, number);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "flags: %o", &flags) == 1)
			return (flags & O_ACCMODE) != O_RDONLY;
	return false;
}

static bool process_writes(dev_t disk, const char *pid)
{
	char path[64];
	own_dir DIR *d = NULL;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%.15s/fd", pid);
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		struct stat st;

		if (isdigit((unsigned char)entry->d_name[0]) &&
			fstatat(dirfd(d), entry->d_name, &st, 0) == 0 && S_ISBLK(st.st_mode) &&
			is_on(disk, st.st_rdev) && is_for_writing(pid, entry->d_name))
			return true;
	}
	return false;
}

static bool is_open_for_writing(dev_t disk, char *who, size_t size)
{
	own_dir DIR *d = opendir("/proc");
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
			process_writes(disk, entry->d_name)) {
			snprintf(who, size, "process %.15s has it open for writing", entry->d_name);
			return true;
		}
	return false;
}

static int ask_device(dev_t disk, char *who, size_t size)
{
	return inuse_is_mounted(disk, who, size) || is_held(disk, who, size) ||
	       is_attached(disk, who, size) || is_open_for_writing(disk, who, size);
}

static int inuse_ask_of(int fd, char *who, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISBLK(st.st_mode) ? ask_device(st.st_rdev, who, size) : ask_lease(fd, who, size);
}

int inuse_ask(int fd, const char *subject, char *who, size_t size, struct err *e)
{
	return STEP_OURS(e, "inuse.ask", subject, inuse_ask_of(fd, who, size));
}
