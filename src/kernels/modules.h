/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules - find the modules of a kernel in the guest */
#ifndef DOMU_KERNELS_MODULES_H
#define DOMU_KERNELS_MODULES_H

#include "disks/guest.h"

enum modules { MODULES_UNKNOWN, MODULES_THERE, MODULES_MISSING };

#define MODULES_DIR  "/lib/modules"
#define RELEASE_SIZE 128

/*
 * Get the release, as uname -r prints it, from a kernel's version string. "" if it is not usable as
 * a file name.
 */
void modules_release(const char *guest_version, char ret[RELEASE_SIZE]);

/* Get the release; if the version string has none, take it from the kernel's file name. */
void modules_release_of(const char *guest_version, const char *guest_path, char ret[RELEASE_SIZE]);

/*
 * Find the directory /lib/modules/RELEASE.
 * @ret_path: its canonical path; PATH_MAX bytes
 * Errors: -ENOENT, step "openin.walk", if it is missing; those of source.h
 */
int modules_find(struct guest *g, const char *release, char *ret_path, struct err *e);

/*
 * Check whether /lib/modules/RELEASE exists, following symlinks and the fstab. If the entry names a
 * device, the tree may be a /boot; the result is then MODULES_UNKNOWN unless it has a /lib/modules.
 * Failures also yield MODULES_UNKNOWN, except a cancelled run.
 * Errors: -EINTR if the run is cancelled
 */
int modules_look(struct guest *g, const char *guest_version, enum modules *ret, struct err *e);

#endif
