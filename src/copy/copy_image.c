/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_image - copy a guest's file directly from the image, bypassing filesystem and loop device */
#include "copy/copy_image.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/step.h"
#include "fs/extents.h"

/* A part of the file, and its offset in the image. */
struct piece {
	uint64_t from, size;
};

/* Locate the part of @x within the file; -ERANGE if it is not within the device. */
static int locate(const struct copy *c, const struct extent *x, struct piece *ret)
{
	const struct copy_image *image = c->image;
	const uint64_t left = c->size - c->copied;

	if (x->on_device > image->size || x->size > image->size - x->on_device)
		return -ERANGE;
	*ret = (struct piece){image->start + x->on_device, x->size < left ? x->size : left};
	return 0;
}

/* Read the first bytes of @p to the buffer. */
static ssize_t copy_image_read_some(const struct copy *c, const struct piece *p)
{
	const size_t want = p->size < CHUNK ? (size_t)p->size : CHUNK;

	return TEMP_FAILURE_RETRY(pread(c->image->fd, copy_buffer, want, (off_t)p->from));
}

static void copy_image_advance(struct piece *p, uint64_t n)
{
	p->from += n;
	p->size -= n;
}

/*
 * A wrong byte would be booted, and four layers relate image and file: compare the first page read
 * both ways.
 */
static bool agree(const struct copy *c, const struct piece *p)
{
	static char page[PAGE];
	const struct piece first = {p->from, p->size < PAGE ? p->size : PAGE};

	return copy_image_read_some(c, &first) == (ssize_t)first.size &&
	       pread(c->in_fd, page, first.size, (off_t)c->copied) == (ssize_t)first.size &&
	       !memcmp(copy_buffer, page, first.size);
}

static int clone_range(const struct copy *c, const struct piece *p)
{
	struct file_clone_range range = {.src_fd = c->image->fd,
		.src_offset = p->from,
		.src_length = p->size,
		.dest_offset = c->at + c->copied};

	if (ioctl(c->out_fd, FICLONERANGE, &range) < 0)
		return -1;
	return lseek(c->out_fd, (off_t)(range.dest_offset + p->size), SEEK_SET) < 0 ? -1 : 0;
}

/* Shared bytes have not been read yet. */
static int digest_shared(const struct copy *c, struct piece p, struct err *e)
{
	while (p.size > 0) {
		int n = STEP(e, "copy.read", c->subject, copy_image_read_some(c, &p));

		if (n <= 0)
			return n < 0 ? n : FAIL(e, -EIO, "copy.read", "%s", c->subject);
		copy_digest(copy_buffer, (size_t)n);
		copy_image_advance(&p, (uint64_t)n);
	}
	return 0;
}

/*
 * Share whole pages and remove them from *p. Stop at the first refusal: another filesystem, one
 * without sharing, or misaligned blocks.
 */
static int share(struct copy *c, struct piece *p, struct err *e)
{
	const struct piece whole = {p->from, p->size - p->size % PAGE};

	if (!c->shares || whole.size == 0)
		return 0;
	if (STEP(NULL, "copy.share", c->subject, clone_range(c, &whole)) < 0) {
		c->shares = false;
		return 0;
	}
	c->copied += whole.size;
	copy_image_advance(p, whole.size);
	return c->wants_digest ? digest_shared(c, whole, e) : 0;
}

/* Returns 1 if all was copied; 0 leaves the rest to the other ways, which report errors. */
static int copy_piece(struct copy *c, struct piece p, struct err *e)
{
	int r = 0;

	if (c->copied == 0 && !agree(c, &p))
		return 0;
	r = share(c, &p, e);
	while (r >= 0 && p.size > 0) {
		int n = STEP(NULL, "copy.image", c->subject, copy_image_read_some(c, &p));

		if (n <= 0)
			return 0;
		r = copy_write(c, (size_t)n, e);
		copy_image_advance(&p, (uint64_t)n);
	}
	return r < 0 ? r : 1;
}

/* Read the next extents; 0 at the end. */
static int read_extents(const struct copy *c, struct extent list[EXTENTS_MAX], unsigned int from)
{
	ssize_t n = pread(c->image->extents_fd, list, EXTENTS_MAX * sizeof(list[0]),
		(off_t)(from * sizeof(list[0])));

	return n < 0 ? -errno : (int)((size_t)n / sizeof(list[0]));
}

/* Copy extents up to the first that is not contiguous. */
static int copy_extents(struct copy *c, unsigned int from, struct err *e)
{
	static struct extent list[EXTENTS_MAX];
	struct piece p;
	int i, r = 1;
	int n = STEP_OURS(NULL, "copy.extents", c->subject, read_extents(c, list, from));

	for (i = 0; r > 0 && i < n && c->copied < c->size; i++)
		r = list[i].at != c->copied || locate(c, &list[i], &p) < 0 ? 0
									   : copy_piece(c, p, e);
	return r < 0 ? r : r > 0 && n == EXTENTS_MAX;
}

/* Leaves in_fd's offset where it stopped. */
int copy_from_image(struct copy *c, struct err *e)
{
	unsigned int n = 0;
	int r = 1;

	for (; r > 0 && c->copied < c->size; n += EXTENTS_MAX)
		r = copy_extents(c, n, e);
	if (r < 0)
		return r;
	return STEP(e, "copy.rewind", c->subject,
		lseek(c->in_fd, (off_t)c->copied, SEEK_SET) < 0 ? -1 : 0);
}
