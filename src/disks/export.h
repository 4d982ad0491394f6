/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export - a disk whose image is not raw, served as one that is */
#ifndef DOMU_DISKS_EXPORT_H
#define DOMU_DISKS_EXPORT_H

#include "disks/guest.h"

/*
 * @d is open. What its format is: as its specification says; else raw for a block device, for a
 * file on which as it lies there is a partition table (d->table, which has been read) or anything
 * that libblkid knows, and for a file that begins as no image that is read. A disk that is not raw
 * is served by a daemon of its own, and d->data_fd and d->size are what is served, then; d->server
 * is set. Steps "serve.*", "chain.*", "imagehead.*", "storaged.*".
 */
int export_told(struct guest *g, struct disk *d, struct err *e);
int export_probed(struct guest *g, struct disk *d, struct err *e);

/*
 * After a failure with @code: where a disk's daemon has ended meanwhile, that is the story, and *e
 * becomes it. Returns the code that counts.
 */
int export_explain(const struct guest *g, int code, struct err *e);

/* Its specification says raw, or another format. */
bool export_is_told(const struct disk *d);
bool export_is_told_raw(const struct disk *d);

#endif
