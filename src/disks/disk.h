/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disk - a guest's disks: allocate them, check whether they are in use, describe unreadable ones */
#ifndef DOMU_DISKS_DISK_H
#define DOMU_DISKS_DISK_H

#include "disks/guest.h"

/*
 * Allocate g->disk from the plan, without opening anything. The world scope owns the memory.
 * Errors: -ENOMEM
 */
int disks_prepare(struct guest *g, struct err *e);

/*
 * Check whether another process may be writing to @fd, one of the disk's files. If so, set
 * d->in_use and warn, or fail if the plan says --not-in-use.
 * Errors: -EBUSY, step "attach.inuse"; step "inuse.ask"
 */
int disk_check_use(struct guest *g, struct disk *d, int fd, struct err *e);

#define DISK_TEXT_MAX 400 /* bytes */

/*
 * Describe a disk on which nothing was found: whether its file starts like an image of another
 * format or like a compressed file, and what to do. For an error's detail; the disk is never read
 * in that format.
 * @to: "" if there is nothing to say, or the disk is not open
 */
void disk_explain(struct guest *g, const struct disk *d, char to[DISK_TEXT_MAX]);

/* The same for the first disk with something to say. */
void disks_explain(struct guest *g, char to[DISK_TEXT_MAX]);

#endif
