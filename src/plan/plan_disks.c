/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_disks - the plan's disks, and the guest's names for them */
#include "plan/plan_disks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "base/step.h"
#include "plan/job.h"
#include "plan/options.h"

static int add_disk(struct plan *p, struct diskspec *spec, size_t at, struct err *e)
{
	struct plan_disk *grown = realloc(p->disk, (p->n_disks + 1) * sizeof(*grown));

	if (!grown)
		return err_set(e, -ENOMEM, "plan.disks", "%s", QUOTE(spec->path));
	p->disk = grown;
	memmove(grown + at + 1, grown + at, (p->n_disks - at) * sizeof(*grown));
	grown[at] = (struct plan_disk){.spec = *spec, .named = spec->vdev != NULL};
	p->n_disks++;
	*spec = (struct diskspec){0};
	return 0;
}

static int add_list(const struct options *o, struct plan *p, struct err *e)
{
	struct disklist list = {0};
	int r = disklist_parse(o->disks, &list, e);

	for (size_t i = 0; r >= 0 && i < list.n; i++)
		r = add_disk(p, &list.disk[i], p->n_disks, e);
	disklist_done(&list);
	return r;
}

static int add_single(const char *text, struct plan *p, struct err *e)
{
	struct diskspec spec = {0};
	int r = diskspec_parse(text, &spec, e);

	if (r >= 0)
		r = add_disk(p, &spec, p->n_disks, e);
	diskspec_done(&spec);
	return r;
}

/* Add a disk by its path, which is not parsed. */
static int add_path(const char *path, size_t at, struct plan *p, struct err *e)
{
	struct diskspec spec = {.path = strdup(path)};
	int r = spec.path ? add_disk(p, &spec, at, e)
			  : err_set(e, -ENOMEM, "plan.disks", "%s", QUOTE(path));

	diskspec_done(&spec);
	return r;
}

static struct plan_disk *disk_of_path(struct plan *p, const char *path)
{
	for (size_t i = 0; i < p->n_disks; i++)
		if (!strcmp(p->disk[i].spec.path, path))
			return &p->disk[i];
	return NULL;
}

static int name_disk(struct plan_disk *disk, const char *vdev, struct err *e)
{
	char *copy = strdup(vdev);

	if (!copy)
		return err_set(e, -ENOMEM, "plan.disks", "%s", QUOTE(vdev));
	free(disk->spec.vdev);
	disk->spec.vdev = copy;
	return 0;
}

/*
 * DISK is a path that is not parsed. If --disks has the same path, it is that disk; otherwise it
 * comes first.
 */
static int add_named_disk(const struct options *o, struct plan *p, struct err *e)
{
	const char *vdev = o->n_positional > 1 ? o->positional[1] : NULL;
	struct plan_disk *known = disk_of_path(p, o->positional[0]);
	int r = 0;

	if (!known) {
		r = add_path(o->positional[0], 0, p, e);
		known = &p->disk[0];
	}
	if (r >= 0 && vdev) {
		r = name_disk(known, strncmp(vdev, "/dev/", 5) ? vdev : vdev + 5, e);
		known->named = true;
	}
	return r;
}

/* Paths that are not parsed; they come before the other disks. */
static int add_disks(const struct options *o, struct plan *p, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < o->n_positional; i++)
		r = add_path(o->positional[i], i, p, e);
	return r;
}

static bool plan_disks_is_taken(const struct plan *p, const char *vdev)
{
	for (size_t i = 0; i < p->n_disks; i++)
		if (p->disk[i].spec.vdev && vdev_alike(p->disk[i].spec.vdev, vdev))
			return true;
	return false;
}

/* Name the disks without a name: the first one as in the entry, the others as Xen would. */
static int name_unnamed(struct plan *p, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < p->n_disks; i++) {
		char guess[72] = "xvda";

		if (p->disk[i].spec.vdev)
			continue;
		if (i == 0 && p->entry.dev && p->dev.kind == DEVSPEC_NAME && p->dev.disk[0])
			snprintf(guess, sizeof(guess), "%s", p->dev.disk);
		for (char c = 'a'; plan_disks_is_taken(p, guess) && c <= 'z'; c++)
			snprintf(guess, sizeof(guess), "xvd%c", c);
		r = name_disk(&p->disk[i], guess, e);
	}
	return r;
}

static int check_names(const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_disks; i++)
		for (size_t k = 0; k < i; k++)
			if (vdev_exact(p->disk[i].spec.vdev, p->disk[k].spec.vdev)) {
				FAIL(e, -EINVAL, "plan.names", "%s", QUOTE(p->disk[i].spec.vdev));
				return err_detail(e, "two disks have that name: %s and %s",
					QUOTE(p->disk[k].spec.path), QUOTE(p->disk[i].spec.path));
			}
	return 0;
}

int plan_disks(const struct options *o, struct plan *p, struct err *e)
{
	int r = o->disks ? add_list(o, p, e) : 0;

	for (unsigned int i = 0; r >= 0 && i < o->n_disk; i++)
		r = add_single(o->disk[i], p, e);
	if (r >= 0 && p->job->many_disks)
		r = add_disks(o, p, e);
	else if (r >= 0 && o->n_positional > 0)
		r = add_named_disk(o, p, e);
	if (r >= 0 && p->n_disks == 0) {
		FAIL(e, -EINVAL, "plan.disks", "no disk");
		r = err_detail(e,
			"specify the guest's disk as the last argument, or all disks with --disks=");
	}
	if (r >= 0)
		r = name_unnamed(p, e);
	return r < 0 ? r : check_names(p, e);
}
