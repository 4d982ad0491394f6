/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve - from the entry to the two open files, as the guest itself would find them */
#include "resolve/resolve.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "disks/find.h"
#include "fs/openin.h"
#include "mount/mount.h"
#include "resolve/root.h"

/* ---- what is held open ---- */

/* The tree must be closed before it is unmounted: so it is on the scope, above the mount. */
static int open_tree(struct guest *g, struct err *e)
{
	int fd =
		STEP(e, "resolve.tree", TREE_DIR, open(TREE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC));

	if (fd >= 0 && scope_push_fd(g->tree->scope, TREE_DIR, fd) < 0)
		return err_set(e, -ENOMEM, "resolve.tree", TREE_DIR);
	g->tree->fd = fd;
	return fd < 0 ? fd : 0;
}

/*
 * A line that says noauto or nofail and names a device that isn't there does no harm.
 */
static int mount_line(
	void *arg, const struct fstab_mount *line, const char *guest_dir, int dir_fd, struct err *e)
{
	struct guest *g = arg;
	struct err why = {0};
	struct volume v;
	char target[64];
	struct mount_request rq = {.target = target};
	int r;

	r = find_volume(g, &line->source, &v, &why);
	if (r < 0 && r != -EINTR && r != -EPROTO && line->optional) {
		log_warn(
			"the guest's fstab mounts %s on %s, which is not to be found; it says that this may be",
			QUOTE(line->source.value), QUOTE(guest_dir));
		return 0;
	}
	if (r >= 0) {
		snprintf(target, sizeof(target), "/proc/self/fd/%d", dir_fd);
		rq.volume = &v;
		rq.subvol = line->subvol;
		r = mount_in_tree(g, rq, guest_dir, &why);
	}
	if (r >= 0)
		return 1;
	*e = why;
	return err_more(e, "the guest's fstab mounts it on %s", QUOTE(guest_dir));
}

static int mount_tree(struct guest *g, const struct root *root, struct err *e)
{
	const struct mount_request rq = {.volume = &root->volume,
		.target = TREE_DIR,
		.subvol = root->subvol,
		.subvol_named = root->named};
	int r = mount_in_tree(g, rq, "/", e);

	g->tree->mount_line = mount_line;
	g->tree->arg = g;
	g->tree->is_part = g->plan->entry.dev;

	return r < 0 ? r : open_tree(g, e);
}

/* ---- the guest's fstab ---- */

/* A root without a fstab is just that filesystem. */
static int read_fstab(struct guest *g, struct err *e)
{
	struct err why = {0};
	own_fd int fd = openin(g->tree->fd, FSTAB_PATH, 0, NULL, &why);
	int r;

	if (fd == -ENOENT || fd == -ENOTDIR) {
		log_verbose("%s has no " FSTAB_PATH, g->tree->mount[0].volume.name);
		return 0;
	}
	if (fd < 0) {
		*e = why;
		return fd;
	}
	r = reader_fstab(g->reader, fd, FSTAB_PATH, &g->tree->fstab, e);
	if (r >= 0)
		log_verbose(FSTAB_PATH
			": %u filesystems that may matter, %u lines too long or too many",
			g->tree->fstab.n, g->tree->fstab.dropped);
	return r;
}

static int find_tree(struct guest *g, struct root *ret, struct err *e)
{
	const struct plan *p = g->plan;
	const char *subvol = p->entry.dev ? p->dev_subvol : p->root_subvol;

	if (!p->entry.dev && !p->has_root)
		return root_search(g, ret, e);
	*ret = (struct root){.named = p->entry.dev || p->root_subvol_named};
	memcpy(ret->subvol, subvol, sizeof(ret->subvol));
	ret->named = ret->named && *subvol;
	return find_volume(g, p->entry.dev ? &p->dev : &p->root, &ret->volume, e);
}

int resolve_tree(struct guest *g, struct err *e)
{
	struct root root;
	int r = find_tree(g, &root, e);

	if (r >= 0)
		r = mount_tree(g, &root, e);
	return r < 0 || g->plan->entry.dev ? r : read_fstab(g, e);
}

/* What is known of the tree that was there; its mounts and files went with its scope. */
static void forget_tree(struct guest *g)
{
	g->tree->scope = g->world;
	g->tree->fd = -1;
	g->tree->fstab = (struct fstab){0};
	g->tree->mountpoints_known = 0;
	g->tree->n_mounts = 0;
}

int resolve_in_root(
	struct guest *g, const struct root *root, resolve_look_fn look, void *arg, struct err *e)
{
	SCOPE(tree);
	struct err why = {0};
	int r;

	/* cppcheck-suppress autoVariables; until forget_tree() */
	g->tree->scope = &tree;
	r = mount_tree(g, root, e);
	if (r >= 0)
		r = read_fstab(g, e);
	if (r >= 0)
		r = look(g, arg, e);
	scope_unwind(&tree, &why);
	forget_tree(g);
	if (!why.code || r < 0)
		return r;
	*e = why;
	return why.code;
}
