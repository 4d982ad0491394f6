/* SPDX-License-Identifier: GPL-2.0-or-later */
/* partition - a disk's partitions, or the whole disk if it has no table */
#include "disks/partition.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/own.h"
#include "base/quote.h"
#include "disks/attach.h"
#include "syntax/vdev.h"

const char *volume_subject(const struct volume *v, char *to, size_t size)
{
	snprintf(to, size, "%s on %s", v->name, QUOTE(v->disk->plan->spec.path));
	return to;
}

bool volume_is_to_blame(const struct err *e)
{
	static const char *const begins[] = {"probe.", "mount.", "mnt.mount", "btrfs.", "members.",
		"map.", "lvm.kind", "lvm.missing", "lvm.range"};

	for (size_t i = 0; i < COUNT(begins); i++)
		if (!strncmp(e->step, begins[i], strlen(begins[i])))
			return e->code != -EINTR && e->code != -EPROTO;
	return false;
}

bool volume_is_same(const struct volume *a, const struct volume *b)
{
	return a->disk == b->disk && a->part == b->part && a->lv == b->lv;
}

struct volume volume_of_disk(struct disk *d, const struct part *part)
{
	struct volume v = {.disk = d, .part = part};

	vdev_name(d->plan->spec.vdev, part ? part->number : 0, v.name, sizeof(v.name));
	return v;
}

static int each_of_disk(struct guest *g, struct disk *d, volume_fn each, void *arg, struct err *e)
{
	int r = disk_open(g, d, e);

	if (r < 0)
		return r;
	if (d->table.n == 0) {
		struct volume whole = volume_of_disk(d, NULL);

		return each(g, &whole, arg, e);
	}
	for (unsigned int i = 0; r == 0 && i < d->table.n; i++) {
		struct volume v = volume_of_disk(d, &d->table.part[i]);

		if (!d->table.part[i].extended)
			r = each(g, &v, arg, e);
	}
	return r;
}

int partition_each(struct guest *g, volume_fn each, void *arg, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->n_disks; i++)
		r = each_of_disk(g, g->disk[i], each, arg, e);
	return r;
}

void volume_extent(const struct volume *v, uint64_t *ret_start, uint64_t *ret_size)
{
	*ret_start = v->part ? v->part->start : 0;
	*ret_size = v->lv ? v->lv->size : v->part ? v->part->size : v->disk->size;
}

int superblock_once(struct superblock **known, superblock_read_fn read, struct guest *g,
	const struct volume *v, const struct superblock **ret, struct err *e)
{
	int r;

	if (!*known) {
		own_free struct superblock *sb = calloc(1, sizeof(*sb));

		if (!sb)
			return err_set(e, -ENOMEM, "find.superblock", "%s", v->name);
		r = read(g, v, sb, e);
		if (r < 0)
			return r;
		*known = TAKE_PTR(sb);
	}
	*ret = *known;
	return (*known)->type[0] != '\0';
}

static int partition_read_superblock(
	struct guest *g, const struct volume *v, struct superblock *sb, struct err *e)
{
	char subject[VOLUME_SUBJECT_MAX];
	uint64_t start, size;

	volume_subject(v, subject, sizeof(subject));
	volume_extent(v, &start, &size);
	return reader_superblock(g->reader, v->disk->data_fd, start, size, subject, sb, e);
}

/* Read from the image, so that nothing has to be mapped. */
int partition_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e)
{
	struct disk *d = v->disk;

	return superblock_once(&d->superblock[v->part ? v->part - d->table.part + 1 : 0],
		partition_read_superblock, g, v, ret, e);
}

int partition_map(struct guest *g, const struct mapper *mapper, struct scope *s,
	const struct volume *v, struct maps *maps, struct blkdev *ret, struct err *e)
{
	char subject[VOLUME_SUBJECT_MAX];
	struct map_request rq = {.disk = &v->disk->dev,
		.part = v->part,
		.subject = volume_subject(v, subject, sizeof(subject)),
		.tag = g->tag,
		.cancel_fd = g->cancel_fd,
		.direct = v->disk->is_device};
	int r = v->part && mapper->from_image ? disk_open(g, v->disk, e)
					      : disk_attach(g, v->disk, e);

	rq.cut = v->disk->table.n > 0;
	return r < 0 ? r : mapper_map(mapper, s, &rq, maps, ret, e);
}
