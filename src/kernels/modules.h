/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules - whether the guest has the kernel's modules */
#ifndef DOMU_KERNELS_MODULES_H
#define DOMU_KERNELS_MODULES_H

#include "disks/guest.h"

enum modules { MODULES_UNKNOWN, MODULES_THERE, MODULES_MISSING };

#define MODULES_DIR  "/lib/modules"
#define RELEASE_SIZE 128

/* The release, as uname -r says it, out of a kernel's version; "" where that is no file's name. */
void modules_release(const char *guest_version, char ret[RELEASE_SIZE]);

/* The same; where the version tells none, the one that the name of the kernel's file tells. */
void modules_release_of(const char *guest_version, const char *guest_path, char ret[RELEASE_SIZE]);

/* Looks for the directory /lib/modules/RELEASE; its canonical path goes to @ret_path[PATH_MAX]. */
int modules_find(struct guest *g, const char *release, char *ret_path, struct err *e);

/*
 * Looks for /lib/modules/RELEASE as for a file: symlinks are followed, and what the fstab says lies
 * on the way is mounted. With a device in the entry the tree may be a /boot: without a /lib/modules
 * nothing is known then. What goes wrong is no failure and leaves it unknown; -EINTR when the run
 * is given up.
 */
int modules_look(struct guest *g, const char *guest_version, enum modules *ret, struct err *e);

#endif
