/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs - which devices the kernel put together to one filesystem */
#include "sys/btrfs.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

/* 0 ours or no such member, -EXDEV a stranger (its path in @path). */
static int check_member(
	int fd, __u64 id, btrfs_ours_fn ours, void *arg, struct btrfs_ioctl_dev_info_args *info)
{
	struct stat st;

	*info = (struct btrfs_ioctl_dev_info_args){.devid = id};
	if (ioctl(fd, BTRFS_IOC_DEV_INFO, info) < 0)
		return errno == ENODEV ? 0 : -errno;
	if (stat((char *)info->path, &st) < 0 || !S_ISBLK(st.st_mode) || !ours(arg, st.st_rdev))
		return -EXDEV;
	return 1;
}

static int check_all(const char *dir, btrfs_ours_fn ours, void *arg, char *ret_path, size_t size)
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
	const char *dir, btrfs_ours_fn ours, void *arg, const char *subject, struct err *e)
{
	char path[QUOTE_SIZE] = "";
	int r = STEP_OURS(
		e, "btrfs.members", subject, check_all(dir, ours, arg, path, sizeof(path)));

	if (r == -EXDEV)
		err_detail(e,
			"the kernel took %s for a member of it, which is not one of the guest's disks",
			path);
	return r;
}

static int forget(const char *node)
{
	own_fd int fd = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);
	struct btrfs_ioctl_vol_args args = {0};

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	snprintf(args.name, sizeof(args.name), "%s", node);
	if (ioctl(fd, BTRFS_IOC_FORGET_DEV, &args) < 0 && errno != ENOENT && errno != ENOTTY)
		return -errno;
	return 0;
}

int btrfs_forget(const char *node, struct err *e)
{
	return STEP_OURS(e, "btrfs.forget", node, forget(node));
}
