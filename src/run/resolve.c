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
#include "run/hint.h"
#include "run/image.h"
#include "run/mount.h"
#include "run/place.h"
#include "sys/openin.h"

#define FSTAB_PATH "/etc/fstab"

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
	scope_push(g->world, &h->undo, TREE_DIR, NULL, held_fd_free);
	h->fd = STEP(e, "resolve.tree", TREE_DIR, open(TREE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (h->fd < 0)
		return h->fd;
	g->tree_fd = h->fd;
	return 0;
}

static int mount_tree(struct guest *g, const struct volume *v, struct err *e)
{
	int r = mount_in_tree(g, v, TREE_DIR, "/", "", e);

	return r < 0 ? r : open_tree(g, e);
}

/* ---- which filesystem is the root ---- */

struct root_search {
	struct volume found;
	unsigned int n;
	char all[256];	  /* their names */
	char unread[256]; /* what could not be looked into, and why */
};

static void add_to_list(char *list, size_t size, const char *separator, const char *text)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len ? separator : "", text);
}

static void note_unread(struct root_search *s, const struct volume *v, const struct err *why)
{
	char text[160];

	snprintf(text, sizeof(text), "%s: %s: %s", v->name, hint_phrase(why), strerror(-why->code));
	add_to_list(s->unread, sizeof(s->unread), "; ", text);
	log_verbose("%s is not the root: %s %s", v->name, strerror(-why->code), why->detail);
}

static bool holds_fstab(void)
{
	own_fd int fd = open(TRY_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	own_fd int fstab_fd = fd < 0 ? -1 : openin(fd, FSTAB_PATH, 0, NULL, NULL);

	return fstab_fd >= 0;
}

/* A filesystem that can't be mounted is not the root that is looked for. */
static int try_root(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	SCOPE(attempt);
	struct root_search *s = arg;
	struct err why = {0};
	const struct mount_request rq = {
		.volume = v, .target = TRY_DIR, .path = TRY_DIR, .subvol = ""};
	struct mounted mounted;
	int r = mount_volume(g, &attempt, &rq, &mounted, &why);

	if (r < 0 && !find_is_about_volume(&why)) {
		*e = why;
		return r;
	}
	if (r < 0)
		note_unread(s, v, &why);
	if (r < 0 || !holds_fstab())
		return 0;
	add_to_list(s->all, sizeof(s->all), ", ", v->name);
	if (s->n++ == 0)
		s->found = *v;
	return 0;
}

static int fail_noroot(struct guest *g, const struct root_search *s, struct err *e)
{
	char image[IMAGE_TEXT_MAX];

	FAIL(e, -ENOENT, "resolve.noroot", FSTAB_PATH);
	image_explain_any(g, image);
	if (image[0])
		return err_detail(e, "%s", image);
	return s->unread[0] ? err_detail(e, "not looked into: %s", s->unread) : e->code;
}

static int search_root(struct guest *g, struct volume *ret, struct err *e)
{
	struct root_search s = {0};
	int r = find_each(g, try_root, &s, e);

	if (r < 0)
		return r;
	if (s.n == 0)
		return fail_noroot(g, &s, e);
	if (s.n > 1) {
		FAIL(e, -ENOTUNIQ, "resolve.roots", FSTAB_PATH);
		return err_detail(e, "there is one on each of %s", s.all);
	}
	log_verbose("the guest's root is %s: it holds " FSTAB_PATH, s.found.name);
	*ret = s.found;
	return 0;
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

int resolve_tree(struct guest *g, struct err *e)
{
	const struct plan *p = g->plan;
	struct volume v;
	int r;

	if (p->entry.dev)
		r = find_volume(g, &p->dev, &v, e);
	else if (p->has_root)
		r = find_volume(g, &p->root, &v, e);
	else
		r = search_root(g, &v, e);
	if (r >= 0)
		r = mount_tree(g, &v, e);
	return r < 0 || p->entry.dev ? r : read_fstab(g, e);
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
	if (r < 0) {
		*e = why;
		return r;
	}
	snprintf(target, sizeof(target), "/proc/self/fd/%d", dir_fd);
	r = mount_in_tree(g, &v, target, guest_dir, line->subvol, e);
	return r < 0 ? r : 1;
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

	if (r < 0)
		return r;
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
	scope_push(g->world, &o->undo, "file", NULL, opened_free);
	if (r >= 0)
		*ret = &o->file;
	return r;
}
