/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image - says of a disk without a table what it looks like, when nothing is found on it */
#include "run/image.h"

#include <stdio.h>

#include "guest/imagefmt.h"

void image_explain(struct guest *g, const struct disk *d, char to[IMAGE_TEXT_MAX])
{
	struct err ignored = {0}; /* this is for a message about something else */
	int kind;

	to[0] = '\0';
	if (d->data_fd < 0 || d->is_device || d->table.type[0])
		return;
	kind = reader_image(g->reader, d->data_fd, d->subject, &ignored);
	if (kind > 0 && imagefmt_name(kind))
		snprintf(to, IMAGE_TEXT_MAX, "%s looks like %s, and was read as raw: %s",
			d->subject, imagefmt_name(kind), imagefmt_advice(kind));
}

void image_explain_any(struct guest *g, char to[IMAGE_TEXT_MAX])
{
	to[0] = '\0';
	for (size_t i = 0; !to[0] && i < g->n_disks; i++)
		image_explain(g, g->disk[i], to);
}
