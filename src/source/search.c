/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search - find the guest's root filesystem if none is named */
#include "source/search.h"

#include <stdio.h>
#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "disks/disk.h"
#include "disks/find.h"
#include "disks/lvm.h"
#include "source/source.h"

struct search {
	struct roots roots;
	const char *what; /* what each candidate holds */
	char unread[384]; /* volumes that could not be examined, and why */
	char last_reason[256];
};

/* For a container, note what it is and what to do. A reason that repeats is noted once. */
static void note_unread(struct search *s, const struct volume *v, const struct err *why)
{
	char text[sizeof(s->unread)], reason[sizeof(s->last_reason)];

	if (!strcmp(why->step, "mount.container"))
		snprintf(reason, sizeof(reason), "%.250s", why->detail);
	else
		hint_line(reason, sizeof(reason), why, "");
	snprintf(text, sizeof(text), "%.100s: %s", v->name,
		strcmp(reason, s->last_reason) != 0 ? reason : "the same");
	strcpy(s->last_reason, reason);
	text_list(s->unread, sizeof(s->unread), "; ", "%s", text);
	log_verbose("%s is not the root: %s", v->name,
		why->detail[0] ? why->detail : HINT_LINE(why, ""));
}

/* Whether @v is another device of the btrfs that was found. */
static bool is_found(struct guest *g, const struct search *s, const struct volume *v)
{
	const struct superblock *a, *b;
	struct err ignored = {0}; /* the mount reports it again */

	return s->roots.n > 0 && volume_superblock(g, &s->roots.root[0].volume, &a, &ignored) > 0 &&
	       volume_superblock(g, v, &b, &ignored) > 0 && superblock_of_one_btrfs(a, b);
}

/* A filesystem that cannot be mounted is not the root; the search continues. */
static int try_root(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct search *s = arg;
	struct err why = {0};
	int r = lvm_is_member(g, v, e);

	if (r != 0) /* its logical volumes are tried separately */
		return r < 0 ? r : 0;
	if (is_found(g, s, v))
		return 0;
	r = g->source->roots(g, v, &s->roots, &why);
	if (r < 0 && !volume_is_to_blame(&why)) {
		*e = why;
		return r;
	}
	if (r < 0)
		note_unread(s, v, &why);
	return 0;
}

/* An install disk has no fstab, and a partition table that overlaps its iso9660. */
static void try_install_disks(struct guest *g, struct search *s)
{
	const struct superblock *sb;

	for (size_t i = 0; i < g->n_disks; i++) {
		struct volume v = volume_of_disk(g->disk[i], NULL);
		struct err ignored = {0};

		if (volume_superblock(g, &v, &sb, &ignored) > 0 && !strcmp(sb->type, "iso9660"))
			roots_add(&s->roots, &v, "");
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
		err_detail(e, "not searched: %s", s->unread);
	return find_tell_held(g, e);
}

/* If a partition is the root, LVM that cannot be read is only a warning. */
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
		text_list(all, sizeof(all), ", ", "%s", text);
	}
	FAIL(e, -ENOTUNIQ, "resolve.roots", "%s", s->what);
	return err_detail(e, "each of these has one: %s", all);
}

int search_root(struct guest *g, struct root *ret, struct err *e)
{
	struct search s = {.what = FSTAB_PATH};
	char name[VOLUME_NAME_MAX + SUBVOL_MAX];
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
	root_text(ret, name, sizeof(name));
	quote_flatten(name);
	log_verbose("the guest's root is %s: it has %s", name, s.what);
	return 0;
}
