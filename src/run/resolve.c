/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve - from the entry to the two open files, as the guest itself would find them */
#include "run/resolve.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "run/find.h"
#include "run/lost.h"
#include "run/mount.h"
#include "run/place.h"
#include "run/root.h"
#include "sys/openin.h"

/* ---- what is held open ---- */

struct held_fd {
	struct undo undo;
	int fd;
};

static void held_fd_free(struct undo *u)
{
	struct held_fd *h = container_of(u, struct held_fd, undo);

	if (h->fd >= 0)
		close(h->fd);
	free(h);
}

/* The tree must be closed before it is unmounted: so it is on the scope, above the mount. */
static int open_tree(struct guest *g, struct err *e)
{
	struct held_fd *h = calloc(1, sizeof(*h));

	if (!h)
		return err_set(e, -ENOMEM, "resolve.tree", TREE_DIR);
	h->fd = -1;
	scope_push(g->tree, &h->undo, TREE_DIR, NULL, held_fd_free);
	h->fd = STEP(e, "resolve.tree", TREE_DIR, open(TREE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (h->fd < 0)
		return h->fd;
	g->tree_fd = h->fd;
	return 0;
}

static int mount_tree(struct guest *g, const struct root *root, struct err *e)
{
	const struct mount_request rq = {.volume = &root->volume,
		.target = TREE_DIR,
		.subvol = root->subvol,
		.subvol_named = root->named};
	int r = mount_in_tree(g, rq, "/", e);

	return r < 0 ? r : open_tree(g, e);
}

/* ---- the guest's fstab ---- */

/* A root without a fstab is just that filesystem. */
static int read_fstab(struct guest *g, struct err *e)
{
	struct err why = {0};
	own_fd int fd = openin(g->tree_fd, FSTAB_PATH, 0, NULL, &why);
	int r;

	if (fd == -ENOENT || fd == -ENOTDIR) {
		log_verbose("%s has no " FSTAB_PATH, g->mount[0].volume.name);
		return 0;
	}
	if (fd < 0) {
		*e = why;
		return fd;
	}
	r = reader_fstab(g->reader, fd, FSTAB_PATH, &g->fstab, e);
	if (r >= 0)
		log_verbose(FSTAB_PATH
			": %u filesystems that may matter, %u lines too long or too many",
			g->fstab.n, g->fstab.dropped);
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
	g->tree = g->world;
	g->tree_fd = -1;
	g->fstab = (struct fstab){0};
	g->places_known = 0;
	g->n_mounts = 0;
}

int resolve_in_root(
	struct guest *g, const struct root *root, resolve_look_fn look, void *arg, struct err *e)
{
	SCOPE(tree);
	struct err why = {0};
	int r;

	/* cppcheck-suppress autoVariables; until forget_tree() */
	g->tree = &tree;
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

/* ---- the way to a file ---- */

static bool is_mounted(const struct guest *g, const char *guest_dir)
{
	for (unsigned int i = 0; i < g->n_mounts; i++)
		if (!strcmp(g->mount[i].guest_dir, guest_dir))
			return true;
	return false;
}

/*
 * The walk stands on a directory: what the fstab mounts there is mounted now. A line that says
 * noauto or nofail and names a device that isn't there does no harm.
 */
static int enter(void *arg, const char *guest_dir, int dir_fd, struct err *e)
{
	struct guest *g = arg;
	const struct fstab_mount *line = place_line(g, guest_dir, dir_fd);
	struct err why = {0};
	struct volume v;
	char target[64];
	struct mount_request rq = {.target = target};
	int r;

	if (!line || is_mounted(g, guest_dir))
		return 0;
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

struct opened {
	struct undo undo;
	struct resolved file;
};

static void opened_free(struct undo *u)
{
	struct opened *o = container_of(u, struct opened, undo);

	if (o->file.fd >= 0)
		close(o->file.fd);
	free(o);
}

static int open_file(struct guest *g, const char *guest_path, struct resolved *f, struct err *e)
{
	struct stat st;
	int r = openin_walk(
		g->tree_fd, guest_path, enter, g, f->guest_path, sizeof(f->guest_path), e);

	if (r < 0) {
		lost_explain(g, guest_path, e);
		return r;
	}
	f->fd = openin(g->tree_fd, f->guest_path, 0, &st, e);
	if (f->fd < 0)
		return f->fd;
	if (st.st_size == 0)
		return FAIL(e, -ENODATA, "resolve.empty", "%s", QUOTE(guest_path));
	f->size = (uint64_t)st.st_size;
	f->on = mount_holding(g, f->guest_path);
	log_verbose("%s is %s on %s", QUOTE(guest_path), QUOTE(f->guest_path), f->on->volume.name);
	return 0;
}

int resolve_dir(struct guest *g, const char *guest_path, char *ret_path, size_t size, struct err *e)
{
	int r = openin_walk(g->tree_fd, guest_path, enter, g, ret_path, size, e);

	return r < 0 ? r : openin(g->tree_fd, ret_path, O_PATH | O_DIRECTORY, NULL, e);
}

int resolve_file(struct guest *g, const char *guest_path, struct resolved **ret, struct err *e)
{
	struct opened *o = calloc(1, sizeof(*o));
	int r;

	if (!o)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", QUOTE(guest_path));
	o->file.fd = -1;
	r = open_file(g, guest_path, &o->file, e);
	/*
	 * Only now: it lies on what was mounted on the way, and must be closed before that is
	 * unmounted.
	 */
	scope_push(g->tree, &o->undo, "file", NULL, opened_free);
	if (r >= 0)
		*ret = &o->file;
	return r;
}
