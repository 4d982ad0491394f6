/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disk - the guest's disks: their memory, who else uses one, what one looks like that holds nothing
 */
#ifndef DOMU_DISKS_DISK_H
#define DOMU_DISKS_DISK_H

#include "disks/guest.h"

/* Makes g->disk from the plan; nothing is opened. The memory is the world scope's. */
int disks_prepare(struct guest *g, struct err *e);

/*
 * Whether somebody else may be writing to @fd, which is a part of the disk: noted in @d, told, or
 * refused, as the plan says. Steps "attach.inuse", "inuse.ask".
 */
int disk_check_use(struct guest *g, struct disk *d, int fd, struct err *e);

#define DISK_TEXT_MAX 400 /* bytes that the explanation takes */

/*
 * For an error's detail, after a failure to find something: what the disk looks like where it is a
 * file that begins as an image of another format, or as a compressed file does, and what to do.
 * "" where it isn't, or hasn't been opened. Nothing is ever read as another format for that.
 */
void disk_explain(struct guest *g, const struct disk *d, char to[DISK_TEXT_MAX]);

/* The same of the first disk of which there is something to say. */
void disks_explain(struct guest *g, char to[DISK_TEXT_MAX]);

#endif
