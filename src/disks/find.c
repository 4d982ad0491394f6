/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find - look up a device by the guest's name for it, among the guest's disks only */
#include "disks/find.h"

#include <stdio.h>
#include <string.h>

#include "base/hint.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "disks/attach.h"
#include "disks/disk.h"
#include "disks/lvm.h"

/* ---- lists for messages ---- */

#define LIST_SIZE sizeof(((struct err *)0)->detail)

static int list_volume(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	const struct superblock *sb;
	char *list = arg;
	struct err why = {0}; /* another error is being reported */
	int r = volume_superblock(g, v, &sb, &why);

	(void)e;
	text_list(list, LIST_SIZE, "; ", "%s", v->name);
	if (r <= 0)
		text_add(list, LIST_SIZE, " (%s)", r < 0 ? hint_phrase(&why) : "unknown content");
	else
		text_add(list, LIST_SIZE, " %s%s%s%s%s", sb->type,
			sb->guest_uuid[0] ? " UUID=" : "", sb->guest_uuid,
			sb->guest_label[0] ? " LABEL=" : "",
			sb->guest_label[0] ? QUOTE(sb->guest_label) : "");
	return 0;
}

int find_tell_held(struct guest *g, struct err *e)
{
	char list[LIST_SIZE] = "";
	struct err ignored = {0};

	volume_each(g, list_volume, list, &ignored);
	quote_flatten(list);
	return err_more(e, "the disks hold: %s", list[0] ? list : "nothing");
}

static int fail_none(struct guest *g, const char *wanted, struct err *e)
{
	char image[DISK_TEXT_MAX];

	FAIL(e, -ENOENT, "find.none", "%s", wanted);
	disks_explain(g, image);
	if (image[0])
		err_detail(e, "%s", image);
	return find_tell_held(g, e);
}

static int fail_no_disk(struct guest *g, const struct devspec *want, struct err *e)
{
	fail_none(g, QUOTE(want->value), e);
	return err_more(e, "no disk is named %s: if the guest has one, add it with --disk=",
		QUOTE(want->disk));
}

/* ---- by name ---- */

/* An exact name wins. If no disk has it, hda, sda and xvda count as the same. */
static size_t disks_named(struct guest *g, bool (*same)(const char *, const char *),
	const char *name, struct disk **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n_disks; i++)
		if (same(g->disk[i]->plan->spec.vdev, name) && n++ == 0)
			*ret = g->disk[i];
	return n;
}

static size_t disks_meant(struct guest *g, const char *name, struct disk **ret)
{
	size_t n = disks_named(g, vdev_exact, name, ret);

	return n ? n : disks_named(g, vdev_alike, name, ret);
}

static int fail_ambiguous_disks(struct guest *g, const char *wanted, struct err *e)
{
	char list[LIST_SIZE] = "";

	for (size_t i = 0; i < g->n_disks; i++)
		if (vdev_alike(g->disk[i]->plan->spec.vdev, wanted))
			text_list(list, sizeof(list), ", ", "%s", g->disk[i]->subject);
	FAIL(e, -ENOTUNIQ, "find.ambiguous", "%s", QUOTE(wanted));
	return err_detail(e, "it matches %s: specify the disk's full name", list);
}

static const struct part *part_numbered(const struct disk *d, unsigned int number)
{
	for (unsigned int i = 0; i < d->table.n; i++)
		if (d->table.part[i].number == number)
			return &d->table.part[i];
	return NULL;
}

/*
 * A disk without a table matches any partition number: some configurations export a bare partition.
 */
static int part_of_disk(struct guest *g, struct disk *d, const struct devspec *want,
	struct volume *ret, struct err *e)
{
	const struct part *part;
	int r = disk_open(g, d, e);

	if (r < 0)
		return r;
	part = want->part ? part_numbered(d, want->part) : NULL;
	if (want->part && d->table.n > 0 && !part)
		return fail_none(g, QUOTE(want->value), e);
	*ret = volume_of_disk(d, part);
	return 0;
}

/* If no name was specified, the guest may use any name for its only disk. */
static struct disk *only_disk(struct guest *g)
{
	return g->n_disks == 1 && !g->disk[0]->plan->named ? g->disk[0] : NULL;
}

static int find_by_name(
	struct guest *g, const struct devspec *want, struct volume *ret, struct err *e)
{
	struct disk *d = NULL;
	size_t n = disks_meant(g, want->value, &d);

	if (n == 1) { /* a whole disk, or a partition exported as a disk */
		int r = disk_open(g, d, e);

		if (r >= 0)
			*ret = volume_of_disk(d, NULL);
		return r;
	}
	if (n == 0)
		n = disks_meant(g, want->disk, &d);
	if (n > 1)
		return fail_ambiguous_disks(g, want->disk, e);
	if (n == 0 && !(d = only_disk(g)))
		return fail_no_disk(g, want, e);
	return part_of_disk(g, d, want, ret, e);
}

/*
 * by-id and by-path links name hardware that only the guest sees. Only the partition number can be
 * used, except for Xen's own disks, whose numbers are known.
 */
static int find_by_path(
	struct guest *g, const struct devspec *want, struct volume *ret, struct err *e)
{
	struct disk *d = g->disk[0];
	size_t n = g->n_disks;

	if (n > 1 && want->disk[0] && (n = disks_meant(g, want->disk, &d)) == 0)
		return fail_none(g, QUOTE(want->value), e);
	if (n == 1)
		return part_of_disk(g, d, want, ret, e);
	FAIL(e, -ENOTUNIQ, "find.link", "%s", QUOTE(want->value));
	return err_detail(e, "the link has the number of a partition, but there are %zu disks", n);
}

/* ---- by content: UUIDs and labels ---- */

struct search {
	const struct devspec *want;
	struct volume found;
	const struct superblock *sb; /* of found; NULL: not read */
	unsigned int n;
	char all[LIST_SIZE];
};

static bool is_in_superblock(const struct devspec *want)
{
	return want->kind == DEVSPEC_UUID || want->kind == DEVSPEC_LABEL;
}

static bool matches(const struct devspec *want, const struct volume *v, const struct superblock *sb)
{
	switch (want->kind) {
	case DEVSPEC_UUID:
		return sb && vdev_uuid_equal(want->value, sb->guest_uuid);
	case DEVSPEC_LABEL:
		return sb && !strcmp(want->value, sb->guest_label);
	case DEVSPEC_PARTUUID:
		return v->part && vdev_uuid_equal(want->value, v->part->uuid);
	case DEVSPEC_PARTLABEL:
		return v->part && !strcmp(want->value, v->part->guest_name);
	default:
		return false;
	}
}

static void found(struct search *s, const struct volume *v, const struct superblock *sb)
{
	text_list(
		s->all, sizeof(s->all), ", ", "%s on %s", v->name, QUOTE(v->disk->plan->spec.path));
	if (s->n++ > 0)
		return;
	s->found = *v;
	s->sb = sb;
}

static int find_consider(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct search *s = arg;
	const struct superblock *sb = NULL;
	int r = 0;

	if (is_in_superblock(s->want))
		r = volume_superblock(g, v, &sb, e);
	if (r < 0 && !volume_is_to_blame(e))
		return r;
	if (r < 0) /* an unreadable volume fails when it is named itself */
		*e = (struct err){0};
	if (r <= 0)
		sb = NULL;
	if (!matches(s->want, v, sb) || (sb && s->sb && superblock_of_one_btrfs(s->sb, sb)))
		return 0;
	found(s, v, sb);
	return 0;
}

/* Return the volume that was found if it is the only one. */
static int find_take_found(
	struct guest *g, struct search *s, const char *wanted, struct volume *ret, struct err *e)
{
	if (s->n == 0)
		return fail_none(g, wanted, e);
	if (s->n > 1) {
		FAIL(e, -ENOTUNIQ, "find.ambiguous", "%s", wanted);
		return err_detail(e, "all of these have it: %s", s->all);
	}
	*ret = s->found;
	return 0;
}

static int find_by_content(
	struct guest *g, const struct devspec *want, struct volume *ret, struct err *e)
{
	static const char *const key[] = {[DEVSPEC_UUID] = "UUID",
		[DEVSPEC_LABEL] = "LABEL",
		[DEVSPEC_PARTUUID] = "PARTUUID",
		[DEVSPEC_PARTLABEL] = "PARTLABEL"};
	struct search s = {.want = want};
	char wanted[200];
	int r = partition_each(g, find_consider, &s, e);

	if (r == 0 && s.n == 0 && is_in_superblock(want)) /* do not run lvm without need */
		r = lvm_each(g, find_consider, &s, e);
	if (r < 0)
		return r;
	snprintf(wanted, sizeof(wanted), "%s=%s", key[want->kind], QUOTE(want->value));
	return find_take_found(g, &s, wanted, ret, e);
}

/* ---- LVM ---- */

static int consider_logical(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct search *s = arg;
	const char *name = s->want->kind == DEVSPEC_LV ? v->lv->guest_name : v->lv->guest_uuid;

	(void)g;
	(void)e;
	if (!strcmp(name, s->want->value))
		found(s, v, NULL);
	return 0;
}

static int find_logical(
	struct guest *g, const struct devspec *want, struct volume *ret, struct err *e)
{
	struct search s = {.want = want};
	int r = lvm_each(g, consider_logical, &s, e);

	return r < 0 ? r : find_take_found(g, &s, QUOTE(want->value), ret, e);
}

int find_volume(struct guest *g, const struct devspec *want, struct volume *ret, struct err *e)
{
	switch (want->kind) {
	case DEVSPEC_NAME:
		return find_by_name(g, want, ret, e);
	case DEVSPEC_PATH:
		return find_by_path(g, want, ret, e);
	case DEVSPEC_UUID:
	case DEVSPEC_LABEL:
	case DEVSPEC_PARTUUID:
	case DEVSPEC_PARTLABEL:
		return find_by_content(g, want, ret, e);
	case DEVSPEC_LV:
	case DEVSPEC_LV_UUID:
		return find_logical(g, want, ret, e);
	case DEVSPEC_FOREIGN:
		break;
	}
	FAIL(e, -EINVAL, "find.foreign", "%s", QUOTE(want->value));
	return err_detail(e, "it is not a block device of the guest's disks");
}
