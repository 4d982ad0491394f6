/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach - the guest's disks, opened and attached when the request first needs them */
#ifndef DOMU_RUN_ATTACH_H
#define DOMU_RUN_ATTACH_H

#include "run/guest.h"

/* Makes g->disk from the plan; nothing is opened. The memory is the world scope's. */
int disks_prepare(struct guest *g, struct err *e);

/*
 * Opens the image (O_RDONLY; a regular file or a block device, else -EINVAL) and reads its
 * partition table, once. Steps "attach.*".
 */
int disk_open(struct guest *g, struct disk *d, struct err *e);

/*
 * Whether somebody else may be writing to @fd, which is a part of the disk: noted in @d, told, or
 * refused, as the plan says. Steps "attach.inuse", "inuse.ask".
 */
int disk_check_use(struct guest *g, struct disk *d, int fd, struct err *e);

/* Opens it and attaches the loop device through which everything is read, once. */
int disk_attach(struct guest *g, struct disk *d, struct err *e);

#endif
