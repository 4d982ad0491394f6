/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach - open and attach a guest's disk on first use */
#include "disks/attach.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/loopdev.h"
#include "disks/disk.h"
#include "disks/export.h"

static int measure(struct disk *d, struct err *e)
{
	struct stat st;
	unsigned int sector;
	int r = STEP(e, "attach.stat", d->subject, fstat(d->image_fd, &st));

	if (r < 0)
		return r;
	d->is_device = S_ISBLK(st.st_mode);
	if (d->is_device)
		return blkdev_geometry(d->image_fd, d->subject, &d->size, &sector, e);
	if (!S_ISREG(st.st_mode))
		return FAIL(e, -EINVAL, "attach.type", "%s", d->subject);
	d->size = (uint64_t)st.st_size;
	return 0;
}

/*
 * The image's size and table are read anew once a daemon serves it: a qcow2 file is not the disk.
 */
static int read_content(struct guest *g, struct disk *d, struct err *e)
{
	int r = 0;

	if (export_is_specified(d) && !export_is_specified_raw(d))
		r = export_specified(g, d, e);
	if (r >= 0 && d->size < 512)
		r = FAIL(e, -ENODATA, "attach.empty", "%s", d->subject);
	if (r >= 0)
		r = reader_table(g->reader, d->data_fd, d->size, d->subject, &d->table, e);
	if (r < 0 || export_is_specified(d))
		return r;
	r = export_probed(g, d, e);
	if (r >= 0 && d->server)
		r = reader_table(g->reader, d->data_fd, d->size, d->subject, &d->table, e);
	return r;
}

static void tell_table(const struct disk *d)
{
	const char *name = QUOTE(d->plan->spec.path);

	if (d->table.type[0])
		log_verbose("disk %s: %s table, %u partitions, sectors of %u bytes", name,
			d->table.type, d->table.n, d->table.sector_size);
	else
		log_verbose("disk %s: no table, sectors of %u bytes", name, d->table.sector_size);
}

int disk_open(struct guest *g, struct disk *d, struct err *e)
{
	int r;

	if (d->image_fd >= 0)
		return 0;
	/* O_NONBLOCK: do not block on a FIFO. It has no effect on files and disks. */
	r = STEP(e, "attach.open", d->subject,
		open(d->plan->spec.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
	if (r < 0)
		return r;
	d->image_fd = d->data_fd = r;
	r = measure(d, e);
	if (r >= 0)
		r = disk_check_use(g, d, d->image_fd, e);
	/*
	 * A guest bypasses this host's page cache, which may hold stale data. Drop its clean pages;
	 * the loop device then uses direct I/O where it can. Files need neither: their page cache
	 * is coherent.
	 */
	if (d->is_device)
		posix_fadvise(d->image_fd, 0, 0, POSIX_FADV_DONTNEED);
	if (r >= 0)
		r = read_content(g, d, e);
	if (r < 0)
		return r;
	d->dev = (struct blkdev){.fd = -1,
		.backing_fd = d->data_fd,
		.size = d->size - d->size % d->table.sector_size,
		.sector_size = d->table.sector_size};
	tell_table(d);
	return 0;
}

int disk_attach(struct guest *g, struct disk *d, struct err *e)
{
	struct loopdev_request rq = {.subject = d->subject, .tag = g->tag};
	int r = disk_open(g, d, e);

	if (r < 0 || d->attached)
		return r;
	rq.backing_fd = d->data_fd;
	rq.sector_size = d->table.sector_size;
	rq.direct = d->is_device;
	r = loopdev_attach(g->world, &rq, &d->dev, e);
	if (r < 0)
		return r;
	d->attached = true;
	log_verbose("disk %s: attached as %s, read-only", QUOTE(d->plan->spec.path), d->dev.node);
	return 0;
}
