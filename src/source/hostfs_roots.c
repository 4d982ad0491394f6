/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostfs_roots - find the root filesystems on a volume with this host's kernel */
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/own.h"
#include "base/step.h"
#include "fs/btrfs.h"
#include "fs/openin.h"
#include "mount/mount.h"
#include "source/hostfs.h"

static bool holds_fstab(int dir_fd)
{
	own_fd int fd = dir_fd < 0 ? -1 : openin(dir_fd, FSTAB_PATH, 0, NULL, NULL);

	return fd >= 0;
}

static int hostfs_open_dir(int at_fd, const char *path)
{
	return openat(at_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- the subvolumes of a btrfs ---- */

/*
 * Subvolumes at the top level: which hold an fstab, and which of those are named as "/" by their
 * own fstab.
 */
struct candidates {
	struct btrfs_subvolumes all;
	bool may_be[BTRFS_SUBVOLUMES_MAX], is_said[BTRFS_SUBVOLUMES_MAX];
	unsigned int n_said;
};

/* Whether the fstab's option names the same subvolume: "subvol=@" equals "subvol=/@". */
static bool names(const char *root_subvol, const char *option)
{
	const char *name = strchr(option, '=') + 1, *said = strchr(root_subvol, '=');

	return said && !strncmp(root_subvol, option, (size_t)(name - option)) &&
	       !strcmp(said + 1 + strspn(said + 1, "/"), name);
}

/* A snapshot has a copy of the original's fstab, which names the original, not the snapshot. */
static int hostfs_look_into(
	struct guest *g, int top_fd, struct candidates *c, unsigned int i, struct err *e)
{
	own_fd int dir_fd = hostfs_open_dir(top_fd, c->all.guest_name[i]);
	own_fd int fd = dir_fd < 0 ? -1 : openin(dir_fd, FSTAB_PATH, 0, NULL, NULL);
	own_free struct fstab *fstab = calloc(1, sizeof(*fstab));
	char option[SUBVOL_MAX];
	int r;

	/* A name that does not fit in one mount option cannot be mounted. */
	if (fd < 0 || !subvol_of_name(c->all.guest_name[i], option, sizeof(option)))
		return 0;
	if (!fstab)
		return err_set(e, -ENOMEM, "find.superblock", FSTAB_PATH);
	r = reader_fstab(g->reader, fd, FSTAB_PATH, fstab, e);
	c->may_be[i] = true;
	c->is_said[i] = r >= 0 && names(fstab->root_subvol, option);
	c->n_said += c->is_said[i];
	return r;
}

static int note_subvolumes(struct guest *g, struct roots *to, const struct volume *v, struct err *e)
{
	own_fd int top_fd = hostfs_open_dir(AT_FDCWD, TRY_DIR);
	own_free struct candidates *c = calloc(1, sizeof(*c));
	int r = 0;

	if (!c)
		return err_set(e, -ENOMEM, "find.superblock", "%s", v->name);
	btrfs_subvolumes(top_fd, &c->all);
	for (unsigned int i = 0; r >= 0 && i < c->all.n; i++)
		r = hostfs_look_into(g, top_fd, c, i, e);
	for (unsigned int i = 0; r >= 0 && i < c->all.n; i++)
		if (c->n_said == 1 ? c->is_said[i] : c->may_be[i])
			roots_add(to, v, c->all.guest_name[i]);
	return r;
}

static int try_mount(struct guest *g, struct scope *s, const struct volume *v, const char *subvol,
	struct mounted *ret, struct err *e)
{
	const struct mount_request rq = {
		.volume = v, .target = TRY_DIR, .path = TRY_DIR, .subvol = subvol};

	return mount_volume(g, s, &rq, ret, e);
}

/* Returns 1 if no subvolume needs to be examined. */
static int try_default(struct guest *g, const struct volume *v, struct roots *to, struct err *e)
{
	SCOPE(attempt);
	own_fd int dir_fd = -1;
	struct mounted mounted;
	bool found;
	int r = try_mount(g, &attempt, v, "", &mounted, e);

	if (r < 0)
		return r;
	to->journal = mounted.journal;
	dir_fd = hostfs_open_dir(AT_FDCWD, TRY_DIR);
	found = holds_fstab(dir_fd);
	if (found)
		roots_add(to, v, "");
	fd_close(&dir_fd);
	return found || strcmp(mounted.sb.type, "btrfs") != 0;
}

static int try_subvolumes(struct guest *g, const struct volume *v, struct roots *to, struct err *e)
{
	SCOPE(attempt);
	struct mounted mounted;
	int r = try_mount(g, &attempt, v, SUBVOL_TOP, &mounted, e);

	return r < 0 ? r : note_subvolumes(g, to, v, e);
}

int hostfs_roots(struct guest *g, const struct volume *v, struct roots *to, struct err *e)
{
	int r = try_default(g, v, to, e);

	return r == 0 ? try_subvolumes(g, v, to, e) : r;
}
