/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disk - a guest's disks: allocate them, check whether they are in use, describe unreadable ones */
#include "disks/disk.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/inuse.h"
#include "image/magic.h"

static void disk_free(struct undo *u)
{
	struct disk *d = container_of(u, struct disk, undo);

	fd_close(&d->image_fd);
	for (unsigned int i = 0; i <= PARTS_MAX; i++)
		free(d->superblock[i]);
	free(d);
}

static int disk_prepare(struct guest *g, const struct plan_disk *plan, struct err *e)
{
	struct disk *d = calloc(1, sizeof(*d));

	if (!d)
		return err_set(e, -ENOMEM, "attach.open", "%s", QUOTE(plan->spec.path));
	d->plan = plan;
	d->image_fd = d->data_fd = -1;
	snprintf(
		d->subject, sizeof(d->subject), "%s (%s)", QUOTE(plan->spec.path), plan->spec.vdev);
	scope_push(g->world, &d->undo, d->subject, NULL, disk_free);
	g->disk[g->n_disks++] = d;
	return 0;
}

struct disk_array {
	struct undo undo;
	struct disk *disk[];
};

static void disk_array_free(struct undo *u)
{
	free(container_of(u, struct disk_array, undo));
}

int disks_prepare(struct guest *g, struct err *e)
{
	struct disk_array *array =
		calloc(1, sizeof(*array) + g->plan->n_disks * sizeof(array->disk[0]));
	int r = 0;

	if (!array)
		return err_set(e, -ENOMEM, "attach.open", "%s", "");
	scope_push(g->world, &array->undo, "disks", NULL, disk_array_free);
	g->disk = array->disk;
	for (size_t i = 0; r >= 0 && i < g->plan->n_disks; i++)
		r = disk_prepare(g, &g->plan->disk[i], e);
	return r;
}

int disk_check_use(struct guest *g, struct disk *d, int fd, struct err *e)
{
	char who[300] = "";
	int r = inuse_ask(fd, d->subject, who, sizeof(who), e);

	if (r <= 0)
		return r;
	if (g->plan->not_in_use) {
		FAIL(e, -EBUSY, "attach.inuse", "%s", d->subject);
		return err_detail(e, "%s", who);
	}
	if (!g->told_in_use)
		log_warn("disk %s is in use: %s", d->subject, who);
	d->in_use = g->in_use = true;
	return 0;
}

void disk_explain(struct guest *g, const struct disk *d, char to[DISK_TEXT_MAX])
{
	struct err ignored = {0}; /* another error is being reported */
	int kind;

	to[0] = '\0';
	if (d->data_fd < 0 || d->is_device || d->table.type[0])
		return;
	kind = reader_image(g->reader, d->data_fd, d->subject, &ignored);
	if (kind > 0 && magic_name(kind))
		snprintf(to, DISK_TEXT_MAX, "%s looks like %s and was read as raw: %s", d->subject,
			magic_name(kind), magic_advice(kind));
}

void disks_explain(struct guest *g, char to[DISK_TEXT_MAX])
{
	to[0] = '\0';
	for (size_t i = 0; !to[0] && i < g->n_disks; i++)
		disk_explain(g, g->disk[i], to);
}
