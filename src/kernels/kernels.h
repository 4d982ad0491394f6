/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernels - list the kernels in the entered tree, with their initrds and modules */
#ifndef DOMU_KERNELS_KERNELS_H
#define DOMU_KERNELS_KERNELS_H

#include "answer/list.h"
#include "disks/guest.h"

#define KERNELS_MAX 128

struct kernels {
	struct list_kernel *at[KERNELS_MAX]; /* owned */
	size_t n;
	bool more; /* there are more than were examined */
};

/*
 * Add the kernels in /boot and / of the entered tree: files with a usual name and a kernel's
 * header, each file once. Each gets the initrd next to it and the modules of its release.
 * Unreadable files are skipped with a message.
 * @guest_root: the root that they belong to; "" if there is no fstab
 * @problem: at most @size bytes; set if a directory cannot be read, such as a /boot on a missing
 * device
 * Errors: only those that end the run, such as -EINTR and -ENOMEM
 */
int kernels_find(struct guest *g, const char *guest_root, struct kernels *to, char *problem,
	size_t size, struct err *e);

/*
 * Choose the kernel that the guest would boot: the one that its symlinks such as /vmlinuz and
 * /boot/vmlinuz agree on. Without such a symlink, the only kernel, or the one with the highest
 * release.
 * Returns: NULL if the symlinks disagree, or if there are several kernels without a release
 */
struct list_kernel *kernels_default(struct list_kernel *const *all, size_t n);

void kernels_done(struct kernels *k);

#endif
