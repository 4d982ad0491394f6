/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backing - open every file of an image's backing chain, and parse its headers */
#include "disks/backing.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/qsd.h"
#include "disks/allow_backing.h"

/* The layer that is being read. */
struct walk {
	struct guest *g;
	const struct disk *d;
	struct backing *c;
	struct imagehead *head;
	char from[PATH_MAX]; /* path of the layer's file */
};

static void backing_free(struct undo *u)
{
	struct backing *c = container_of(u, struct backing, undo);

	for (unsigned int i = 1; i < c->n_fds; i++)
		close(c->fd[i]);
	free(c);
}

/* Takes ownership of @fd, even on failure. Returns its index. */
static int backing_keep(struct walk *w, int fd, bool is_ours, struct err *e)
{
	struct backing *c = w->c;

	if (c->n_fds == BACKING_FILES_MAX) {
		close(fd);
		FAIL(e, -E2BIG, "backing.many", "%s", w->d->subject);
		return err_detail(e, "it has more than %d files", BACKING_FILES_MAX);
	}
	c->is_ours[c->n_fds] = is_ours;
	c->fd[c->n_fds++] = fd;
	return (int)c->n_fds - 1;
}

/*
 * Open the file that the layer calls @guest_name. @path[PATH_MAX] gets its path. Returns its index.
 */
static int backing_follow(
	struct walk *w, const char *what, const char *guest_name, char *path, struct err *e)
{
	const struct reference ref = {.plan = w->g->plan,
		.home = w->c->home,
		.from = w->from,
		.subject = w->d->subject,
		.what = what,
		.guest_name = guest_name};
	int fd = allow_backing_open(&ref, path, PATH_MAX, e);

	return fd < 0 ? fd : backing_keep(w, fd, false, e);
}

static int refuse_circle(struct walk *w, int file, struct err *e)
{
	for (int i = 0; i < file; i++)
		if (fd_is_named(w->c->fd[i], w->c->fd[file], "") > 0) {
			FAIL(e, -ELOOP, "backing.circle", "%s", w->d->subject);
			return err_detail(e, "it includes %s twice", QUOTE(w->from));
		}
	return 0;
}

/* ---- vmdk extents: a generated description names them by descriptor ---- */

static int check_extent(struct walk *w, const struct image_extent *x, int file, struct err *e)
{
	own_free struct imagehead *head = calloc(1, sizeof(*head));
	int r;

	if (!head)
		return err_set(e, -ENOMEM, "backing.many", "%s", w->d->subject);
	r = reader_imagehead(w->g->reader, w->c->fd[file], IMAGE_VMDK, w->d->subject, head, e);
	if (r >= 0 && head->n_extents > 0) {
		r = FAIL(e, -EINVAL, "backing.type", "%s", w->d->subject);
		err_detail(e, "its extent %s is a descriptor file, too", QUOTE(x->guest_name));
	}
	return r;
}

static int write_extent(int fd, const struct image_extent *x, int file)
{
	char path[64], offset[32] = "";

	snprintf(path, sizeof(path), QSD_FILE, QSD_FILE_NR((unsigned int)file));
	if (x->flat)
		snprintf(offset, sizeof(offset), " %" PRIu64, x->offset);
	return dprintf(fd, "RW %" PRIu64 " %s \"%s\"%s\n", x->sectors, x->flat ? "FLAT" : "SPARSE",
		       path, offset) < 0
		       ? -EIO
		       : 0;
}

static int begin_description(void)
{
	own_fd int fd = memfd_create("description", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (dprintf(fd, "# Disk DescriptorFile\nversion=1\nCID=00000001\nparentCID=ffffffff\n"
			"createType=\"twoGbMaxExtentSparse\"\n") < 0)
		return -EIO;
	return TAKE_FD(fd);
}

/* Returns the index of the generated description. */
static int open_extents(struct walk *w, struct err *e)
{
	int fd = STEP_OURS(e, "backing.describe", w->d->subject, begin_description());
	int description = fd < 0 ? fd : backing_keep(w, fd, true, e);
	int r = description;

	for (uint32_t i = 0; r >= 0 && i < w->head->n_extents; i++) {
		const struct image_extent *x = &w->head->extent[i];
		char path[PATH_MAX];
		int file = backing_follow(w, "extent", x->guest_name, path, e);

		r = file < 0 || x->flat ? file : check_extent(w, x, file, e);
		if (r >= 0)
			r = STEP_OURS(
				e, "backing.describe", w->d->subject, write_extent(fd, x, file));
	}
	return r < 0 ? r : description;
}

/* ---- layers ---- */

static int read_layer(struct walk *w, struct backing_layer *layer, struct err *e)
{
	char path[PATH_MAX];
	int r = 0;

	memset(w->head, 0, sizeof(*w->head));
	if (layer->format != IMAGE_RAW)
		r = reader_imagehead(w->g->reader, w->c->fd[layer->file], layer->format,
			w->d->subject, w->head, e);
	if (r >= 0 && w->head->is_part) {
		FAIL(e, -EINVAL, "backing.part", "%s", w->d->subject);
		r = err_detail(e, "it is one of several files of a disk");
	}
	if (r >= 0 && w->head->n_extents > 0)
		r = layer->file = open_extents(w, e);
	if (r >= 0 && w->head->has_data_file)
		r = layer->data_file =
			backing_follow(w, "data file", w->head->guest_data_file, path, e);
	return r;
}

/* An unrecorded format is taken as raw. Probing would trust bytes that the guest wrote. */
static int backing_format(struct walk *w, struct err *e)
{
	const char *name = w->head->guest_backing_format;
	int format = *name ? image_format_by_name(name) : IMAGE_RAW;

	if (format >= 0)
		return format;
	FAIL(e, -EOPNOTSUPP, "backing.format", "%s", w->d->subject);
	return err_detail(e, "its backing file has the format %s", QUOTE(name));
}

static int backing_add_layer(
	struct backing *c, int file, int format, const struct disk *d, struct err *e)
{
	if (c->n_layers == BACKING_DEPTH_MAX) {
		FAIL(e, -ELOOP, "backing.deep", "%s", d->subject);
		return err_detail(e, "the chain has more than %d images", BACKING_DEPTH_MAX);
	}
	c->layer[c->n_layers++] = (struct backing_layer){.format = (enum image_format)format,
		.is_device = file == 0 && d->is_device,
		.file = file,
		.data_file = -1};
	return 0;
}

/* Returns 1 if there is another layer below, 0 if not. */
static int backing_descend(struct walk *w, struct err *e)
{
	char path[PATH_MAX];
	int format, file;

	if (!w->head->guest_backing[0])
		return 0;
	format = backing_format(w, e);
	if (format < 0)
		return format;
	file = backing_follow(w, "backing file", w->head->guest_backing, path, e);
	if (file < 0)
		return file;
	memcpy(w->from, path, sizeof(path));
	if (refuse_circle(w, file, e) < 0)
		return e->code;
	return backing_add_layer(w->c, file, format, w->d, e) < 0 ? e->code : 1;
}

static int backing_walk(struct walk *w, struct err *e)
{
	struct backing *c = w->c;
	int r = 1;

	while (r > 0) {
		r = read_layer(w, &c->layer[c->n_layers - 1], e);
		if (r < 0)
			return r;
		if (c->n_layers == 1)
			c->size = w->head->size;
		r = backing_descend(w, e);
	}
	return r;
}

int backing_open(struct guest *g, struct disk *d, enum image_format format, bool specified,
	struct backing **ret, struct err *e)
{
	own_free struct imagehead *head = calloc(1, sizeof(*head));
	struct backing *c = calloc(1, sizeof(*c));
	struct walk w = {.g = g, .d = d, .c = c, .head = head};
	int r;

	if (!head || !c) {
		free(c);
		return err_set(e, -ENOMEM, "backing.many", "%s", d->subject);
	}
	c->fd[c->n_fds++] = d->image_fd;
	scope_push(g->world, &c->undo, d->subject, NULL, backing_free);
	snprintf(w.from, sizeof(w.from), "%s", d->plan->spec.path);
	r = backing_add_layer(c, 0, format, d, e);
	if (r >= 0 && specified && !d->is_device)
		r = allow_backing_home(d->image_fd, d->subject, c->home, sizeof(c->home), e);
	if (r >= 0)
		r = backing_walk(&w, e);
	if (r >= 0)
		*ret = c;
	return r;
}
