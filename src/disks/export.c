/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export - serve a disk image that is not raw as a raw one */
#include "disks/export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/qsd.h"
#include "disks/backing.h"
#include "disks/disk.h"
#include "image/magic.h"

/* ---- the block graph: each node names its file and the layer below ---- */

struct graph {
	char text[QSD_NODES_MAX][256];
	const char *node[QSD_NODES_MAX];
	size_t n;
};

static char *next_node(struct graph *g)
{
	g->node[g->n] = g->text[g->n];
	return g->text[g->n++];
}

static void add_file(struct graph *g, const char *name, unsigned int i, bool is_device, int file)
{
	snprintf(next_node(g), sizeof(g->text[0]),
		"{\"driver\":\"%s\",\"node-name\":\"%s%u\",\"read-only\":true,"
		"\"auto-read-only\":false,\"locking\":\"off\",\"filename\":\"" QSD_FILE "\"}",
		is_device ? "host_device" : "file", name, i, QSD_FILE_NR((unsigned int)file));
}

/*
 * Layer @i of the chain. The last one says explicitly that it has no backing file, or qemu would
 * open what its header names.
 */
static void export_add_layer(struct graph *g, const struct backing *c, unsigned int i)
{
	const struct backing_layer *layer = &c->layer[i];
	char name[32] = "top", backing[48] = "", data[48] = "";

	if (i > 0)
		snprintf(name, sizeof(name), "layer%u", i);
	if (i + 1 < c->n_layers)
		snprintf(backing, sizeof(backing), ",\"backing\":\"layer%u\"", i + 1);
	else if (layer->format == IMAGE_QCOW2 || layer->format == IMAGE_VMDK)
		snprintf(backing, sizeof(backing), ",\"backing\":null");
	add_file(g, "file", i, layer->is_device, layer->file);
	if (layer->data_file >= 0) {
		add_file(g, "data", i, false, layer->data_file);
		snprintf(data, sizeof(data), ",\"data-file\":\"data%u\"", i);
	}
	snprintf(next_node(g), sizeof(g->text[0]),
		"{\"driver\":\"%s\",\"node-name\":\"%s\",\"read-only\":true,\"file\":\"file%u\"%s%s}",
		image_format_driver(layer->format), name, i, backing, data);
}

/* ---- the daemon ---- */

static int require_daemon(const struct disk *d, enum image_format format, struct err *e)
{
	char why[160];

	if (qsd_usable(false, why, sizeof(why)))
		return 0;
	FAIL(e, -EOPNOTSUPP, "export.daemon", "%s", d->subject);
	return err_detail(e, "it is a %s image, and %s", image_format_name(format), why);
}

static int check_use(struct guest *g, struct disk *d, const struct backing *c, struct err *e)
{
	int r = 0;

	for (unsigned int i = 1; r >= 0 && i < c->n_fds; i++)
		if (!c->is_ours[i])
			r = disk_check_use(g, d, c->fd[i], e);
	return r;
}

/* If header and served size differ, whatever lies at the end of the disk would be misplaced. */
static int export_check_size(struct disk *d, const struct backing *c, struct err *e)
{
	struct stat st;
	int r = STEP(e, "export.stat", d->subject, fstat(d->data_fd, &st));

	if (r < 0)
		return r;
	d->size = (uint64_t)st.st_size;
	if (d->size >= 512 && (!c->size || (c->size <= d->size && d->size - c->size < 512)))
		return 0;
	FAIL(e, -EBADMSG, "export.size", "%s", d->subject);
	return err_detail(e, "its header specifies %" PRIu64 " bytes, the export has %" PRIu64,
		c->size, d->size);
}

static int export_start(struct guest *g, struct disk *d, const struct backing *c, struct err *e)
{
	own_free struct graph *graph = calloc(1, sizeof(*graph));
	struct qsd_graph rq = {.common = {.subject = d->subject, .cancel_fd = g->cancel_fd},
		.fd = c->fd,
		.n_fds = c->n_fds};

	if (!graph)
		return err_set(e, -ENOMEM, "export.daemon", "%s", d->subject);
	/* Bottom first: a node can only name existing nodes. */
	for (unsigned int i = c->n_layers; i-- > 0;)
		export_add_layer(graph, c, i);
	rq.node = graph->node;
	rq.n_nodes = graph->n;
	return qsd_graph(g->world, &rq, &d->server, &d->data_fd, e);
}

static int export_serve(
	struct guest *g, struct disk *d, enum image_format format, bool specified, struct err *e)
{
	struct backing *c = NULL;
	int r = backing_open(g, d, format, specified, &c, e);

	if (r >= 0)
		r = check_use(g, d, c, e);
	if (r >= 0)
		r = require_daemon(d, format, e);
	if (r >= 0)
		r = export_start(g, d, c, e);
	if (r >= 0)
		r = export_check_size(d, c, e);
	if (r < 0)
		return r;
	d->is_device = false;
	log_verbose("disk %s: a %s image of %u files, served by " QSD_TOOL, d->subject,
		image_format_name(format), c->n_fds);
	return 0;
}

bool export_is_specified(const struct disk *d)
{
	return d->plan->spec.format && *d->plan->spec.format;
}

bool export_is_specified_raw(const struct disk *d)
{
	return export_is_specified(d) && !strcmp(d->plan->spec.format, "raw");
}

int export_specified(struct guest *g, struct disk *d, struct err *e)
{
	int format = image_format_by_name(d->plan->spec.format);

	if (format >= 0)
		return export_serve(g, d, (enum image_format)format, true, e);
	FAIL(e, -EOPNOTSUPP, "export.format", "%s", d->subject);
	return err_detail(e, "its format is %s; use raw, qcow2, vmdk, vhd, vhdx or vdi",
		QUOTE(d->plan->spec.format));
}

/* Returns 1 if libblkid finds a signature, or several that contradict each other (-EEXIST). */
static int is_known_raw(struct guest *g, struct disk *d, struct err *e)
{
	own_free struct superblock *sb = calloc(1, sizeof(*sb));
	int r;

	if (!sb)
		return err_set(e, -ENOMEM, "find.superblock", "%s", d->subject);
	r = reader_superblock(g->reader, d->image_fd, 0, d->size, d->subject, sb, e);
	if (r == -EEXIST) {
		*e = (struct err){0};
		return 1;
	}
	return r;
}

int export_probed(struct guest *g, struct disk *d, struct err *e)
{
	int r, format;

	if (d->is_device || d->table.n > 0 || d->table.type[0])
		return 0;
	r = is_known_raw(g, d, e);
	if (r != 0)
		return r < 0 ? r : 0;
	r = reader_image(g->reader, d->image_fd, d->subject, e);
	if (r <= 0)
		return r;
	format = magic_format(r);
	return format < 0 ? 0 : export_serve(g, d, (enum image_format)format, false, e);
}

int export_explain(const struct guest *g, int code, struct err *e)
{
	for (size_t i = 0; i < g->n_disks; i++) {
		const struct disk *d = g->disk[i];
		struct err why = {0};

		if (d->server && qsd_check(d->server, d->subject, &why) < 0) {
			*e = why;
			return why.code;
		}
	}
	return code;
}
