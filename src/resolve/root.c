/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root - the filesystem that is the guest's root, when nobody has said which */
#include "resolve/root.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "disks/disk.h"
#include "disks/find.h"
#include "disks/lvm.h"
#include "fs/btrfs.h"
#include "fs/openin.h"
#include "mount/mount.h"

struct search {
	struct roots roots;
	const char *what; /* is on each of them */
	char unread[384]; /* what could not be looked into, and why */
	char last_reason[256];
};

static void add_to_list(char *list, size_t size, const char *separator, const char *text)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len ? separator : "", text);
}

/* Of a container what it is, and the way out; said once of what follows one another. */
static void note_unread(struct search *s, const struct volume *v, const struct err *why)
{
	char text[sizeof(s->unread)], reason[sizeof(s->last_reason)];

	if (!strcmp(why->step, "mount.container"))
		snprintf(reason, sizeof(reason), "%.250s", why->detail);
	else
		snprintf(reason, sizeof(reason), "%.200s: %s", hint_phrase(why),
			strerror(-why->code));
	snprintf(text, sizeof(text), "%.100s: %s", v->name,
		strcmp(reason, s->last_reason) != 0 ? reason : "the same");
	strcpy(s->last_reason, reason);
	add_to_list(s->unread, sizeof(s->unread), "; ", text);
	log_verbose("%s is not the root: %s %s", v->name, strerror(-why->code), why->detail);
}

static void note_found(struct roots *to, const struct volume *v, const char *guest_subvol)
{
	struct root *root;

	if (to->n == ROOTS_MAX)
		return;
	root = &to->root[to->n++];
	*root = (struct root){.volume = *v};
	subvol_of_name(guest_subvol, root->subvol, sizeof(root->subvol));
}

static bool holds_fstab(int dir_fd)
{
	own_fd int fd = dir_fd < 0 ? -1 : openin(dir_fd, FSTAB_PATH, 0, NULL, NULL);

	return fd >= 0;
}

static int root_open_dir(int at_fd, const char *path)
{
	return openat(at_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- the subvolumes of a btrfs ---- */

/* Of those at its top: which hold a fstab, and which of them that names itself as the root. */
struct candidates {
	struct btrfs_subvolumes all;
	bool may_be[BTRFS_SUBVOLUMES_MAX], is_said[BTRFS_SUBVOLUMES_MAX];
	unsigned int n_said;
};

/* "subvol=@" and "subvol=/@" are one. */
static bool names(const char *root_subvol, const char *option)
{
	const char *name = strchr(option, '=') + 1, *said = strchr(root_subvol, '=');

	return said && !strncmp(root_subvol, option, (size_t)(name - option)) &&
	       !strcmp(said + 1 + strspn(said + 1, "/"), name);
}

/* A snapshot's fstab is a copy of its origin's, and says the origin's name. */
static int root_look_into(
	struct guest *g, int top_fd, struct candidates *c, unsigned int i, struct err *e)
{
	own_fd int dir_fd = root_open_dir(top_fd, c->all.guest_name[i]);
	own_fd int fd = dir_fd < 0 ? -1 : openin(dir_fd, FSTAB_PATH, 0, NULL, NULL);
	own_free struct fstab *fstab = calloc(1, sizeof(*fstab));
	char option[SUBVOL_MAX];
	int r;

	/* A name that can't be one mount option can't be mounted either. */
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
	own_fd int top_fd = root_open_dir(AT_FDCWD, TRY_DIR);
	own_free struct candidates *c = calloc(1, sizeof(*c));
	int r = 0;

	if (!c)
		return err_set(e, -ENOMEM, "find.superblock", "%s", v->name);
	btrfs_subvolumes(top_fd, &c->all);
	for (unsigned int i = 0; r >= 0 && i < c->all.n; i++)
		r = root_look_into(g, top_fd, c, i, e);
	for (unsigned int i = 0; r >= 0 && i < c->all.n; i++)
		if (c->n_said == 1 ? c->is_said[i] : c->may_be[i])
			note_found(to, v, c->all.guest_name[i]);
	return r;
}

static int try_mount(struct guest *g, struct scope *s, const struct volume *v, const char *subvol,
	struct mounted *ret, struct err *e)
{
	const struct mount_request rq = {
		.volume = v, .target = TRY_DIR, .path = TRY_DIR, .subvol = subvol};

	return mount_volume(g, s, &rq, ret, e);
}

/* 1 when there is nothing more to be looked for on it. */
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
	dir_fd = root_open_dir(AT_FDCWD, TRY_DIR);
	found = holds_fstab(dir_fd);
	if (found)
		note_found(to, v, "");
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

int roots_on(struct guest *g, const struct volume *v, struct roots *to, struct err *e)
{
	int r = try_default(g, v, to, e);

	return r == 0 ? try_subvolumes(g, v, to, e) : r;
}

/* ---- all of them ---- */

/* Another device of the btrfs that has been found. */
static bool is_found(struct guest *g, const struct search *s, const struct volume *v)
{
	const struct superblock *a, *b;
	struct err ignored = {0}; /* the mount says it again */

	return s->roots.n > 0 && volume_superblock(g, &s->roots.root[0].volume, &a, &ignored) > 0 &&
	       volume_superblock(g, v, &b, &ignored) > 0 && superblock_of_one_btrfs(a, b);
}

/* A filesystem that can't be mounted is not the root that is looked for. */
static int try_root(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct search *s = arg;
	struct err why = {0};
	int r = lvm_is_member(g, v, e);

	if (r != 0) /* what lies on it is tried by itself */
		return r < 0 ? r : 0;
	if (is_found(g, s, v))
		return 0;
	r = roots_on(g, v, &s->roots, &why);
	if (r < 0 && !volume_is_to_blame(&why)) {
		*e = why;
		return r;
	}
	if (r < 0)
		note_unread(s, v, &why);
	return 0;
}

/* A distribution's install disk has its kernel on it, a table that overlaps it, and no fstab. */
static void try_install_disks(struct guest *g, struct search *s)
{
	const struct superblock *sb;

	for (size_t i = 0; i < g->n_disks; i++) {
		struct volume v = volume_of_disk(g->disk[i], NULL);
		struct err ignored = {0};

		if (volume_superblock(g, &v, &sb, &ignored) > 0 && !strcmp(sb->type, "iso9660"))
			note_found(&s->roots, &v, "");
	}
	s->what = "an iso9660";
}

static int fail_noroot(struct guest *g, const struct search *s, struct err *e)
{
	char image[DISK_TEXT_MAX];

	FAIL(e, -ENOENT, "resolve.noroot", FSTAB_PATH);
	disks_explain(g, image);
	if (image[0])
		return err_detail(e, "%s", image);
	if (s->unread[0])
		err_detail(e, "not looked into: %s", s->unread);
	return find_tell_held(g, e);
}

/* Where a partition is the root, LVM may be what this host can't read. */
static int try_logical(struct guest *g, struct search *s, struct err *e)
{
	struct err why = {0};
	int r = lvm_each(g, try_root, s, &why);

	if (r >= 0)
		return 0;
	if (s->roots.n == 0 || r == -EINTR || r == -EPROTO) {
		*e = why;
		return r;
	}
	log_warn("logical volumes were not searched for another root: %s: %s", hint_phrase(&why),
		why.subject);
	return 0;
}

static int fail_several(const struct search *s, struct err *e)
{
	const struct roots *roots = &s->roots;
	char all[sizeof(e->detail) - 32] = "";

	for (unsigned int i = 0; i < roots->n; i++) {
		const struct root *root = &roots->root[i];
		char text[VOLUME_NAME_MAX + QUOTE_SIZE];

		if (root->subvol[0])
			snprintf(text, sizeof(text), "%s[%s]", root->volume.name,
				QUOTE(root_subvolume(root)));
		else
			snprintf(text, sizeof(text), "%s", root->volume.name);
		add_to_list(all, sizeof(all), ", ", text);
	}
	FAIL(e, -ENOTUNIQ, "resolve.roots", "%s", s->what);
	return err_detail(e, "there is one on each of %s", all);
}

const char *root_subvolume(const struct root *root)
{
	const char *equals = strchr(root->subvol, '=');

	return equals ? equals + 1 : root->subvol;
}

void root_text(const struct root *root, char *to, size_t size)
{
	snprintf(to, size, "%s%s%s%s", root->volume.name, root->subvol[0] ? "[" : "",
		root_subvolume(root), root->subvol[0] ? "]" : "");
}

int root_search(struct guest *g, struct root *ret, struct err *e)
{
	struct search s = {.what = FSTAB_PATH};
	int r = partition_each(g, try_root, &s, e);

	if (r == 0)
		r = try_logical(g, &s, e);
	if (r < 0)
		return r;
	if (s.roots.n == 0)
		try_install_disks(g, &s);
	if (s.roots.n == 0)
		return fail_noroot(g, &s, e);
	if (s.roots.n > 1)
		return fail_several(&s, e);
	*ret = s.roots.root[0];
	log_verbose(
		"the guest's root is %s %s: it holds %s", ret->volume.name, ret->subvol, s.what);
	return 0;
}
