/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostfs - the source that reads the guest's files with this host's kernel */
#include "source/hostfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "disks/find.h"
#include "fs/extents.h"
#include "fs/listing.h"
#include "fs/openin.h"
#include "mount/mount.h"
#include "resolve/walk.h"

struct hostfs {
	struct undo memory;
	struct tree tree;
};

static void hostfs_free(struct undo *u)
{
	free(container_of(u, struct hostfs, memory));
}

static int hostfs_start(struct guest *g, struct err *e)
{
	struct hostfs *h = calloc(1, sizeof(*h));

	if (!h)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", "");
	h->tree.fd = -1;
	scope_push(g->world, &h->memory, "the tree", NULL, hostfs_free);
	g->tree = &h->tree;
	return 0;
}

/* ---- a tree ---- */

/* On the scope above the mount, so that it is closed before the unmount. */
static int open_tree(struct tree *t, struct err *e)
{
	int fd =
		STEP(e, "resolve.tree", TREE_DIR, open(TREE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC));

	if (fd >= 0 && scope_push_fd(t->scope, TREE_DIR, fd) < 0)
		return err_set(e, -ENOMEM, "resolve.tree", TREE_DIR);
	t->fd = fd;
	return fd < 0 ? fd : 0;
}

/* A missing device is no error if the fstab line says noauto or nofail. */
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
			"the guest's fstab mounts %s on %s, which does not exist; the fstab permits that",
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

	return r < 0 ? r : open_tree(g->tree, e);
}

/* ---- the guest's fstab ---- */

/* A root without an fstab is only that one filesystem. */
static int read_fstab(struct guest *g, struct err *e)
{
	struct err why = {0};
	own_fd int fd = openin(g->tree->fd, FSTAB_PATH, 0, NULL, &why);
	int r;

	if (fd == -ENOENT || fd == -ENOTDIR) {
		log_verbose("%s has no " FSTAB_PATH, g->tree->mount[0].volume);
		return 0;
	}
	if (fd < 0) {
		*e = why;
		return fd;
	}
	r = reader_fstab(g->reader, fd, FSTAB_PATH, &g->tree->fstab, e);
	if (r >= 0)
		log_verbose(FSTAB_PATH ": %u relevant filesystems", g->tree->fstab.n);
	if (r >= 0 && g->tree->fstab.dropped)
		log_verbose(FSTAB_PATH ": %u lines skipped as too long or too many",
			g->tree->fstab.dropped);
	return r;
}

static int hostfs_enter(
	struct guest *g, struct scope *s, const struct root *root, bool alone, struct err *e)
{
	struct tree *t = g->tree;
	int r;

	t->scope = s;
	t->mount_line = mount_line;
	t->arg = g;
	t->is_part = alone;
	r = mount_tree(g, root, e);
	return r < 0 || alone ? r : read_fstab(g, e);
}

/* Forget the tree. Its mounts were undone with their scope. */
static void hostfs_leave(struct guest *g)
{
	*g->tree = (struct tree){.fd = -1};
}

static const struct fstab *hostfs_fstab(const struct guest *g)
{
	return &g->tree->fstab;
}

static bool hostfs_reached(const struct guest *g, const char *volume)
{
	for (unsigned int i = 0; i < g->tree->n_mounts; i++)
		if (!strcmp(g->tree->mount[i].volume, volume))
			return true;
	return false;
}

/* ---- a file ---- */

static int hostfs_open(struct guest *g, const char *guest_path, enum source_way way,
	struct source_file *ret, struct err *e)
{
	struct walked w;
	int r = walk_file(g->tree, guest_path, way == SOURCE_FOLLOW, &w, e);

	if (r < 0)
		return r;
	*ret = (struct source_file){
		.fd = w.fd, .size = w.size, .journal = w.on->journal, .on = w.on};
	memcpy(ret->guest_path, w.guest_path, sizeof(ret->guest_path));
	memcpy(ret->volume, w.on->volume, sizeof(ret->volume));
	memcpy(ret->fstype, w.on->sb.type, sizeof(ret->fstype));
	memcpy(ret->guest_uuid, w.on->sb.guest_uuid, sizeof(ret->guest_uuid));
	return 0;
}

static bool hostfs_image(struct guest *g, const struct source_file *f, struct copy_image *ret)
{
	const struct mounted *m = f->on;
	int fd;

	(void)g;
	if (!m->in_image)
		return false;
	fd = STEP_OURS(NULL, "hostfs.extents", f->volume, extents_file(f->fd));
	if (fd < 0)
		return false;
	*ret = m->image;
	ret->extents_fd = fd;
	return true;
}

/* ---- a directory ---- */

static int tell_details(
	int dir_fd, struct source_entry *to, char guest_target[PATH_MAX], dev_t dev, struct err *e)
{
	const char *subject = QUOTE(to->name);
	struct stat st;
	int n, r = STEP(e, "hostfs.stat", subject,
		       fstatat(dir_fd, to->name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));

	if (r < 0)
		return r;
	to->mode = st.st_mode;
	to->elsewhere = st.st_dev != dev;
	if (!S_ISLNK(st.st_mode))
		return 0;
	n = STEP(e, "hostfs.link", subject,
		readlinkat(dir_fd, to->name, guest_target, PATH_MAX - 1));
	if (n < 0)
		return n;
	guest_target[n] = '\0';
	to->guest_target = guest_target;
	return 0;
}

static int visit(
	int dir_fd, const struct listing *l, const struct source_listing *what, struct err *e)
{
	char guest_target[PATH_MAX];
	struct stat st = {0};
	int r = 0;

	if (what->details)
		r = STEP(e, "hostfs.stat", "", fstat(dir_fd, &st));
	for (size_t i = 0; r >= 0 && i < l->n && i < what->max; i++) {
		struct source_entry entry = {.name = l->guest_name[i]};

		if (what->wants && !what->wants(entry.name))
			continue;
		if (what->details)
			r = tell_details(dir_fd, &entry, guest_target, st.st_dev, e);
		if (r >= 0)
			r = what->each(&entry, what->arg, e);
	}
	return r < 0 ? r : l->n > what->max;
}

static int hostfs_list(struct guest *g, const char *guest_dir, enum source_way way,
	const struct source_listing *what, char *ret_path, struct err *e)
{
	own_fd int fd = walk_dir(g->tree, guest_dir, way == SOURCE_FOLLOW, ret_path, e);
	struct listing l = {0};
	int r = fd;

	if (r < 0 || !what)
		return r < 0 ? r : 0;
	r = STEP_OURS(e, "hostfs.list", QUOTE(guest_dir), listing_all(fd, what->max, &l));
	if (r >= 0)
		r = visit(fd, &l, what, e);
	listing_done(&l);
	return r;
}

const struct source source_hostfs = {
	.name = "host",
	.start = hostfs_start,
	.enter = hostfs_enter,
	.leave = hostfs_leave,
	.open = hostfs_open,
	.list = hostfs_list,
	.image = hostfs_image,
	.fstab = hostfs_fstab,
	.reached = hostfs_reached,
	.roots = hostfs_roots,
};
