/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root - a filesystem that is, or may be, the guest's root: a volume, and a subvolume of it */
#ifndef DOMU_DISKS_ROOT_H
#define DOMU_DISKS_ROOT_H

#include "disks/guest.h"
#include "guest/fsstate.h"
#include "syntax/subvol.h"

struct root {
	struct volume volume;
	char subvol[SUBVOL_MAX]; /* "", or a mount option */
	bool named;		 /* the subvolume, by the operator */
};

#define ROOTS_MAX 33 /* more are not listed */

struct roots {
	struct root root[ROOTS_MAX];
	unsigned int n;
	enum journal journal; /* of the filesystem that was looked into last */
};

/* Adds the subvolume of @v, "" for the default one, as far as there is room. */
void roots_add(struct roots *to, const struct volume *v, const char *guest_subvol);

/* The subvolume's name, "@"; "" for the default one. */
const char *root_subvolume(const struct root *root);

/* "xvda2", "xvda2[@]", as --root= takes it; unquoted. */
void root_text(const struct root *root, char *to, size_t size);

#endif
