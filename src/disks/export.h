/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export - serve a disk image that is not raw as a raw one */
#ifndef DOMU_DISKS_EXPORT_H
#define DOMU_DISKS_EXPORT_H

#include "disks/guest.h"

/*
 * Serve the image by a qemu-storage-daemon of its own if it is not raw. @d must be open.
 * export_specified() uses the format specified for the disk.
 * export_probed() determines the format; d->table must have been read. A block device is raw. So is
 * a file with a partition table, with any signature that libblkid knows, or without an image
 * format's magic.
 * If it serves the image, d->data_fd and d->size describe the served disk and d->server is set.
 * Errors: steps "export.*", "backing.*", "imagehead.*", "qsd.*"
 */
int export_specified(struct guest *g, struct disk *d, struct err *e);
int export_probed(struct guest *g, struct disk *d, struct err *e);

/*
 * Explain a failure with @code by a daemon that has ended: if a disk's daemon has, replace *e by
 * that error.
 * Returns: the error code to use
 */
int export_explain(const struct guest *g, int code, struct err *e);

/* Whether the disk's specification names a format, or the format raw. */
bool export_is_specified(const struct disk *d);
bool export_is_specified_raw(const struct disk *d);

#endif
