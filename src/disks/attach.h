/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach - the guest's disks, opened and attached when the request first needs them */
#ifndef DOMU_DISKS_ATTACH_H
#define DOMU_DISKS_ATTACH_H

#include "disks/guest.h"

/*
 * Opens the image (O_RDONLY; a regular file or a block device, else -EINVAL) and reads its
 * partition table, once. Steps "attach.*".
 */
int disk_open(struct guest *g, struct disk *d, struct err *e);

/* Opens it and attaches the loop device through which everything is read, once. */
int disk_attach(struct guest *g, struct disk *d, struct err *e);

#endif
