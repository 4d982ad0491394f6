/* SPDX-License-Identifier: GPL-2.0-or-later */
/* survey - list everything on the guest's disks: volumes, roots, kernels */
#include "kernels/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/step.h"
#include "disks/disk.h"
#include "disks/find.h"
#include "disks/lvm.h"
#include "source/source.h"
#include "syntax/entry.h"

/* ---- volumes ---- */

static struct list_volume *add_volume(struct survey *s, struct err *e)
{
	struct list *l = &s->list;
	const struct list_volume empty = {0};

	if (array_append(l->volume, l->n_volumes, &empty) >= 0)
		return &l->volume[l->n_volumes - 1];
	err_set(e, -ENOMEM, "find.superblock", "%s", "");
	return NULL;
}

static struct list_volume *volume_named(struct survey *s, const char *name)
{
	for (size_t i = 0; i < s->list.n_volumes; i++)
		if (!strcmp(s->list.volume[i].name, name))
			return &s->list.volume[i];
	return NULL;
}

static void survey_describe(const struct guest *g, const struct volume *v, struct list_volume *to)
{
	while (g->disk[to->disk] != v->disk)
		to->disk++;
	memcpy(to->name, v->name, sizeof(to->name));
	volume_extent(v, &to->start, &to->size);
	to->is_logical = v->lv;
	if (!v->part)
		return;
	to->number = v->part->number;
	memcpy(to->partuuid, v->part->uuid, sizeof(to->partuuid));
	memcpy(to->guest_partlabel, v->part->guest_name, sizeof(to->guest_partlabel));
}

static void describe_superblock(const struct superblock *sb, struct list_volume *to)
{
	memcpy(to->type, sb->type, sizeof(to->type));
	memcpy(to->guest_uuid, sb->guest_uuid, sizeof(to->guest_uuid));
	memcpy(to->guest_label, sb->guest_label, sizeof(to->guest_label));
}

/* Nothing failed: the volume just holds no filesystem that may be mounted. */
static bool is_judgement(const struct err *why)
{
	return !strcmp(why->step, "mount.container") || !strcmp(why->step, "mount.allowed");
}

static void set_problem(struct list_volume *to, const struct err *why)
{
	if (is_judgement(why))
		snprintf(to->problem, sizeof(to->problem), "%s: %s", hint_phrase(why), why->detail);
	else
		snprintf(to->problem, sizeof(to->problem), "%s%s%s", HINT_LINE(why, ""),
			why->detail[0] ? "; " : "", why->detail);
}

/* A btrfs on several devices is mounted from its first one. */
static bool is_another_device(struct guest *g, const struct volume *v, const struct survey *s)
{
	const struct superblock *a, *b;

	for (unsigned int i = 0; i < s->n_mountable; i++)
		if (volume_superblock(g, &s->mountable[i], &a, NULL) > 0 &&
			volume_superblock(g, v, &b, NULL) > 0 && superblock_of_one_btrfs(a, b))
			return true;
	return false;
}

/* Swap and the like need no explanation. */
static bool is_plain(const struct superblock *sb, const struct err *e)
{
	return !strcmp(sb->usage, "other") && is_judgement(e);
}

static int look_at_volume(struct guest *g, const struct volume *v, struct survey *s,
	struct list_volume *to, struct err *e)
{
	const struct superblock *sb;
	unsigned int roots = s->roots.n;
	int r = volume_superblock(g, v, &sb, e);

	if (r == 0 && !v->part)
		disk_explain(g, v->disk, to->problem);
	if (r <= 0)
		return r;
	describe_superblock(sb, to);
	r = lvm_is_member(g, v, e);
	if (r != 0)
		return r < 0 ? r : 0; /* its logical volumes are listed separately */
	if (is_another_device(g, v, s))
		return 0;
	r = g->source->roots(g, v, &s->roots, e);
	if (r < 0)
		return is_plain(sb, e) ? 0 : r;
	to->journal = journal_name(s->roots.journal);
	to->is_root = s->roots.n > roots;
	return 1;
}

static int note_mountable(struct survey *s, const struct volume *v, struct err *e)
{
	if (array_append(s->mountable, s->n_mountable, v) >= 0)
		return 0;
	return err_set(e, -ENOMEM, "find.superblock", "%s", v->name);
}

static int survey_visit(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct survey *s = arg;
	struct list_volume *to = add_volume(s, e);
	struct err why = {0};
	int r;

	if (!to)
		return -ENOMEM;
	survey_describe(g, v, to);
	r = look_at_volume(g, v, s, to, &why);
	if (r > 0)
		return note_mountable(s, v, e);
	if (r < 0 && !volume_is_to_blame(&why)) {
		*e = why;
		return r;
	}
	if (r < 0)
		set_problem(to, &why);
	return 0;
}

/* ---- disks ---- */

static int list_disks(struct guest *g, struct survey *s, struct err *e)
{
	struct list *l = &s->list;

	l->disk = calloc(g->n_disks, sizeof(*l->disk));
	if (!l->disk)
		return err_set(e, -ENOMEM, "attach.open", "%s", "");
	l->n_disks = g->n_disks;
	for (size_t i = 0; i < g->n_disks; i++) {
		const struct disk *d = g->disk[i];

		l->disk[i] = (struct list_disk){.path = d->plan->spec.path,
			.vdev = d->plan->spec.vdev,
			.size = d->size,
			.sector_size = d->table.sector_size,
			.in_use = d->in_use};
		memcpy(l->disk[i].table, d->table.type, sizeof(l->disk[i].table));
	}
	l->mapper = g->mapper->name;
	l->in_use = g->in_use;
	return 0;
}

/* ---- trees ---- */

struct root_look {
	struct survey *survey;
	const struct root *root;
	char guest_root[LIST_ROOT_MAX]; /* "xvda2[@]"; "" without an fstab */
};

static void add_mount(
	const struct root_look *t, const char *volume, const char *guest_target, const char *subvol)
{
	struct list_volume *v = volume_named(t->survey, volume);
	struct list_mount *m;

	if (!v || v->n_mounts == LIST_MOUNTS_MAX)
		return;
	m = &v->mount[v->n_mounts++];
	snprintf(m->guest_root, sizeof(m->guest_root), "%s", t->guest_root);
	snprintf(m->guest_target, sizeof(m->guest_target), "%s", guest_target);
	snprintf(m->guest_subvol, sizeof(m->guest_subvol), "%s", subvol);
}

/* A device of the fstab that is missing has no volume to list it at. */
static int note_fstab(struct guest *g, const struct root_look *t, struct err *e)
{
	const struct fstab *fstab = g->source->fstab(g);

	add_mount(t, t->root->volume.name, "/", t->root->subvol);
	for (unsigned int i = 0; i < fstab->n; i++) {
		const struct fstab_mount *line = &fstab->mount[i];
		struct err why = {0};
		struct volume v;
		int r = find_volume(g, &line->source, &v, &why);

		if (r >= 0) {
			add_mount(t, v.name, line->target, line->subvol);
		} else if (r == -EINTR || r == -EPROTO) {
			*e = why;
			return r;
		}
	}
	return 0;
}

static void note_reached(struct guest *g, struct survey *s)
{
	for (size_t i = 0; i < s->list.n_volumes; i++)
		s->list.volume[i].reached |= g->source->reached(g, s->list.volume[i].name);
}

static int survey_look(struct guest *g, void *arg, struct err *e)
{
	struct root_look *t = arg;
	struct list_volume *v = volume_named(t->survey, t->root->volume.name);
	int r = t->guest_root[0] ? note_fstab(g, t, e) : 0;

	if (r >= 0)
		r = kernels_find(
			g, t->guest_root, &t->survey->kernels, v->problem, sizeof(v->problem), e);
	note_reached(g, t->survey);
	return r;
}

/* If a volume that was mounted before cannot be mounted now, note that as its problem. */
static int survey_look_into(struct guest *g, struct root_look *t, struct err *e)
{
	struct err why = {0};
	int r = source_look_into(g, t->root, survey_look, t, &why);

	if (r >= 0)
		return 0;
	if (!volume_is_to_blame(&why)) {
		*e = why;
		return r;
	}
	set_problem(volume_named(t->survey, t->root->volume.name), &why);
	return 0;
}

static int look_into_roots(struct guest *g, struct survey *s, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < s->roots.n; i++) {
		const struct root *root = &s->roots.root[i];
		struct root_look t = {.survey = s, .root = root};

		root_text(root, t.guest_root, sizeof(t.guest_root));
		r = survey_look_into(g, &t, e);
	}
	return r;
}

static int look_into_rest(struct guest *g, struct survey *s, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->n_mountable; i++) {
		const struct root plain = {.volume = s->mountable[i]};
		struct root_look t = {.survey = s, .root = &plain};
		const struct list_volume *v = volume_named(s, plain.volume.name);

		if (!v->reached && !v->is_root)
			r = survey_look_into(g, &t, e);
	}
	return r;
}

/* ---- entries ---- */

/* Whether parsing the entry yields this kernel again: a path may contain ',' or ':'. */
static bool means(const char *text, const struct list_kernel *k)
{
	struct entry entry = {0};
	bool same = entry_parse(text, &entry, NULL) >= 0 && !strcmp(entry.kernel, k->guest_path) &&
		    !entry.dev == (k->guest_root[0] != '\0') &&
		    (!entry.dev || !strcmp(entry.dev, k->source)) &&
		    entry.n_initrds == (k->guest_initrd[0] != '\0') &&
		    (!entry.n_initrds || !strcmp(entry.initrd[0], k->guest_initrd));

	entry_done(&entry);
	return same;
}

static void write_entry(struct list_kernel *k, unsigned int roots)
{
	snprintf(k->guest_entry, sizeof(k->guest_entry), "%s%s%s%s%s",
		k->guest_root[0] ? "" : k->source, k->guest_root[0] ? "" : ":", k->guest_path,
		k->guest_initrd[0] ? "," : "", k->guest_initrd);
	if (!means(k->guest_entry, k))
		k->guest_entry[0] = '\0';
	k->needs_root = k->guest_root[0] && roots > 1;
}

/* Whether it is one guest: one root; or no root, and one filesystem with kernels. */
static bool is_one_guest(const struct survey *s)
{
	const struct kernels *k = &s->kernels;

	if (s->roots.n > 1)
		return false;
	for (size_t i = 1; s->roots.n == 0 && i < k->n; i++)
		if (strcmp(k->at[i]->source, k->at[0]->source) != 0)
			return false;
	return true;
}

static void choose(struct survey *s)
{
	struct kernels *k = &s->kernels;
	struct list_kernel *found;
	size_t n = k->n;

	if (!is_one_guest(s))
		return;
	while (s->roots.n == 1 && n > 0 && !k->at[n - 1]->guest_root[0])
		n--; /* kernels outside the root come last */
	found = kernels_default(k->at, n);
	if (found)
		found->is_default = true;
}

/* Without LVM support on this host, the rest is still listed. */
static int visit_logical(struct guest *g, struct survey *s, struct err *e)
{
	struct err why = {0};
	int r = lvm_each(g, survey_visit, s, &why);

	if (r == -EINTR || r == -EPROTO) {
		*e = why;
		return r;
	}
	if (r < 0)
		log_warn("logical volumes are not listed: %s%s%s", HINT_LINE(&why, ""),
			why.detail[0] ? "; " : "", why.detail);
	return 0;
}

int survey_take(struct guest *g, struct survey *s, struct err *e)
{
	int r = partition_each(g, survey_visit, s, e);

	if (r >= 0)
		r = visit_logical(g, s, e);

	if (r >= 0)
		r = list_disks(g, s, e);
	if (r >= 0)
		r = look_into_roots(g, s, e);
	if (r >= 0)
		r = look_into_rest(g, s, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->kernels.n; i++)
		write_entry(s->kernels.at[i], s->roots.n);
	choose(s);
	s->list.kernel = s->kernels.at;
	s->list.n_kernels = s->kernels.n;
	s->list.more = s->kernels.more;
	return 0;
}

void survey_done(struct survey *s)
{
	free(s->list.disk);
	free(s->list.volume);
	free(s->mountable);
	kernels_done(&s->kernels);
	*s = (struct survey){0};
}
