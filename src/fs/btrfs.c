/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs - btrfs: members, locks between runs, forgetting devices, subvolumes */
#include "fs/btrfs.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/listing.h"

#define CONTROL "/dev/btrfs-control"

/*
 * Returns 1 if the member is the guest's, 0 if there is no such member, -EXDEV if it is another's
 * (its path in @info).
 */
static int check_member(int fd, __u64 id, btrfs_ours_fn ours, const void *arg,
	struct btrfs_ioctl_dev_info_args *info)
{
	struct stat st;

	*info = (struct btrfs_ioctl_dev_info_args){.devid = id};
	if (ioctl(fd, BTRFS_IOC_DEV_INFO, info) < 0)
		return errno == ENODEV ? 0 : -errno;
	if (stat((char *)info->path, &st) < 0 || !S_ISBLK(st.st_mode) || !ours(arg, st.st_rdev))
		return -EXDEV;
	return 1;
}

static int btrfs_check_all(
	const char *dir, btrfs_ours_fn ours, const void *arg, char *ret_path, size_t size)
{
	own_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_ioctl_fs_info_args fs = {0};
	__u64 found = 0;

	if (fd < 0 || ioctl(fd, BTRFS_IOC_FS_INFO, &fs) < 0)
		return -errno;
	for (__u64 id = 1; id <= fs.max_id && found < fs.num_devices; id++) {
		struct btrfs_ioctl_dev_info_args info;
		int r = check_member(fd, id, ours, arg, &info);

		if (r < 0) {
			quote_into(ret_path, size, (char *)info.path);
			return r;
		}
		found += (__u64)r;
	}
	return 0;
}

int btrfs_check_members(
	const char *dir, btrfs_ours_fn ours, const void *arg, const char *subject, struct err *e)
{
	char path[QUOTE_SIZE] = "";
	int r = STEP_OURS(
		e, "btrfs.members", subject, btrfs_check_all(dir, ours, arg, path, sizeof(path)));

	if (r == -EXDEV)
		err_detail(e,
			"the kernel uses %s as its device, which is not one of the guest's disks",
			path);
	return r;
}

static int btrfs_control(unsigned long request, const char *node)
{
	own_fd int fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	struct btrfs_ioctl_vol_args args = {0};

	snprintf(args.name, sizeof(args.name), "%s", node);
	return fd < 0 || ioctl(fd, request, &args) < 0 ? -errno : 0;
}

static int forget(const char *node)
{
	int r = btrfs_control(BTRFS_IOC_FORGET_DEV, node);

	return r == -ENOENT || r == -ENOTTY ? 0 : r;
}

int btrfs_forget(const char *node, struct err *e)
{
	return STEP_OURS(e, "btrfs.forget", node, forget(node));
}

int btrfs_scan(const char *node, struct err *e)
{
	return STEP_OURS(e, "btrfs.scan", node, btrfs_control(BTRFS_IOC_SCAN_DEV, node));
}

/* ---- subvolumes ---- */

#define SUBVOLUME_INODE 256 /* only the directories of subvolumes have this number */

static bool is_subvolume(int dir_fd, const char *guest_name)
{
	struct stat st;

	return guest_name[0] != '.' && fstatat(dir_fd, guest_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode) && st.st_ino == SUBVOLUME_INODE;
}

void btrfs_subvolumes(int dir_fd, struct btrfs_subvolumes *ret)
{
	struct listing all = {0};

	ret->n = 0;
	ret->more = false;
	listing_all(dir_fd, LISTING_MAX, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!is_subvolume(dir_fd, all.guest_name[i]))
			continue;
		else if (ret->n < BTRFS_SUBVOLUMES_MAX)
			strcpy(ret->guest_name[ret->n++], all.guest_name[i]);
		else
			ret->more = true;
	listing_done(&all);
}

void btrfs_list(const char *dir, char *to, size_t size)
{
	own_fd int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_subvolumes all;

	btrfs_subvolumes(fd, &all);
	for (unsigned int i = 0;
		i < all.n + all.more &&
		listing_add_text(i < all.n ? all.guest_name[i] : "", i == all.n, to, size);)
		i++;
}

/* ---- locks ---- */

/* Linux 6.7 gives the second one a temporary fsid while it is mounted. */
bool btrfs_takes_clones(void)
{
	struct utsname name;
	unsigned int major_n, minor_n;

	if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major_n, &minor_n) != 2)
		return false;
	return major_n > 6 || (major_n == 6 && minor_n >= 7);
}

/* FNV-1a. If two fsids collide, they only wait for each other needlessly. */
static off_t byte_of(const char *fsid)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *fsid; fsid++)
		hash = (hash ^ (unsigned char)*fsid) * UINT64_C(0x100000001b3);
	return (off_t)(hash >> 2);
}

/* Polls, since a blocking lock could not be cancelled. */
static int wait_for_lock(int fd, const char *fsid, int cancel_fd)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte_of(fsid), .l_len = 1};
	struct pollfd p = {.fd = cancel_fd, .events = POLLIN};

	while (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		if (poll(&p, 1, 5) > 0)
			return -EINTR;
	}
	return 0;
}

static int take_lock(struct scope *s, const char *fsid, int cancel_fd)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno; /* module not loaded: no btrfs is mounted */
	r = scope_push_fd(s, "btrfs lock", fd);
	return r < 0 ? r : wait_for_lock(fd, fsid, cancel_fd);
}

int btrfs_lock(struct scope *s, const char *fsid, int cancel_fd, struct err *e)
{
	return STEP_OURS(e, "btrfs.lock", fsid, take_lock(s, fsid, cancel_fd));
}
