/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place - where in the tree the lines of the guest's fstab are mounted */
#include "run/place.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/own.h"
#include "sys/openin.h"

static bool look_at(int dir_fd, struct place *ret)
{
	struct statx st;

	if (statx(dir_fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0)
		return false;
	*ret = (struct place){
		.mount = st.stx_mnt_id,
		.inode = st.stx_ino,
		.major = st.stx_dev_major,
		.minor = st.stx_dev_minor,
	};
	return true;
}

static bool is_same(const struct place *a, const struct place *b)
{
	return a->mount == b->mount && a->inode == b->inode && a->major == b->major &&
	       a->minor == b->minor;
}

/* Where it leads to nothing, or can't be followed, nobody mounts anything either. */
static void follow(const struct guest *g, const char *guest_target, struct place *ret)
{
	own_fd int fd = openin(g->tree_fd, guest_target, O_PATH | O_DIRECTORY, NULL, NULL);

	*ret = (struct place){0};
	if (fd >= 0)
		look_at(fd, ret);
}

/* Each mount may change where a target leads; between two of them nothing does. */
static void follow_all(struct guest *g)
{
	if (g->places_known == g->n_mounts)
		return;
	for (unsigned int i = 0; i < g->fstab.n; i++)
		follow(g, g->fstab.mount[i].target, &g->place[i]);
	g->places_known = g->n_mounts;
}

const struct fstab_mount *place_line(struct guest *g, const char *guest_dir, int dir_fd)
{
	const struct fstab_mount *line = fstab_at(&g->fstab, guest_dir);
	struct place here;

	if (line || !look_at(dir_fd, &here))
		return line;
	follow_all(g);
	for (unsigned int i = 0; i < g->fstab.n; i++)
		if (is_same(&g->place[i], &here))
			line = &g->fstab.mount[i];
	return line;
}
