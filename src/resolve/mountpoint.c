/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountpoint - find the fstab line that is mounted on a directory of the tree */
#include "resolve/mountpoint.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/own.h"
#include "fs/openin.h"

static bool mountpoint_look_at(int dir_fd, struct mountpoint *ret)
{
	struct statx st;

	if (statx(dir_fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0)
		return false;
	*ret = (struct mountpoint){
		.mount = st.stx_mnt_id,
		.inode = st.stx_ino,
		.major = st.stx_dev_major,
		.minor = st.stx_dev_minor,
	};
	return true;
}

static bool mountpoint_is_same(const struct mountpoint *a, const struct mountpoint *b)
{
	return a->mount == b->mount && a->inode == b->inode && a->major == b->major &&
	       a->minor == b->minor;
}

/* A target that cannot be resolved is mounted nowhere. */
static void mountpoint_follow(
	const struct tree *t, const char *guest_target, struct mountpoint *ret)
{
	own_fd int fd = openin(t->fd, guest_target, O_PATH | O_DIRECTORY, NULL, NULL);

	*ret = (struct mountpoint){0};
	if (fd >= 0)
		mountpoint_look_at(fd, ret);
}

/* Only a mount can change where a target leads, so resolve them again after each mount only. */
static void follow_all(struct tree *t)
{
	if (t->mountpoints_known == t->n_mounts)
		return;
	for (unsigned int i = 0; i < t->fstab.n; i++)
		mountpoint_follow(t, t->fstab.mount[i].target, &t->mountpoint[i]);
	t->mountpoints_known = t->n_mounts;
}

const struct fstab_mount *mountpoint_line(struct tree *t, const char *guest_dir, int dir_fd)
{
	const struct fstab_mount *line = fstab_at(&t->fstab, guest_dir);
	struct mountpoint here;

	if (line || !mountpoint_look_at(dir_fd, &here))
		return line;
	follow_all(t);
	for (unsigned int i = 0; i < t->fstab.n; i++)
		if (mountpoint_is_same(&t->mountpoint[i], &here))
			line = &t->fstab.mount[i];
	return line;
}
