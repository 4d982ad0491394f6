/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernels - the kernels in a guest's tree, with their initrds and modules */
#ifndef DOMU_KERNELS_KERNELS_H
#define DOMU_KERNELS_KERNELS_H

#include "answer/list.h"
#include "disks/guest.h"

#define KERNELS_MAX 128

struct kernels {
	struct list_kernel *at[KERNELS_MAX]; /* malloc'ed */
	size_t n;
	bool more; /* than were looked at */
};

/*
 * Adds the kernels in /boot and in / of the tree that is mounted: files of a usual name whose
 * header says that they are one, the same file once, with the initrd beside it and the modules of
 * its release. @guest_root is for the root they are a part of, "" where there is no fstab. What
 * can't be read is told and passed over; a /boot that the fstab has on a device that is not there
 * is said in problem[@size].
 */
int kernels_find(struct guest *g, const char *guest_root, struct kernels *to, char *problem,
	size_t size, struct err *e);

/*
 * The one of the kernels @all that a guest boots: what all of its links /vmlinuz, /boot/vmlinuz and
 * the like agree on; without such a link the only one, else the newest by its release. NULL where
 * links disagree, or there are several and none has a release.
 */
struct list_kernel *kernels_default(struct list_kernel *const *all, size_t n);

void kernels_done(struct kernels *k);

#endif
