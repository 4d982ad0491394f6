/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach - open and attach a guest's disk on first use */
#ifndef DOMU_DISKS_ATTACH_H
#define DOMU_DISKS_ATTACH_H

#include "disks/guest.h"

/*
 * Open the disk's image read-only and read its partition table. Later calls do nothing.
 * Errors: -EINVAL, step "attach.type", if it is neither a regular file nor a block device; steps
 * "attach.*"; those of export.h
 */
int disk_open(struct guest *g, struct disk *d, struct err *e);

/*
 * Open the disk, then attach a loop device to it. Later calls do nothing. The loop device belongs
 * to the world scope.
 */
int disk_attach(struct guest *g, struct disk *d, struct err *e);

#endif
