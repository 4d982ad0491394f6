/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root - a candidate for the guest's root filesystem: a volume and a subvolume */
#ifndef DOMU_DISKS_ROOT_H
#define DOMU_DISKS_ROOT_H

#include "disks/guest.h"
#include "guest/fsstate.h"
#include "syntax/subvol.h"

struct root {
	struct volume volume;
	char subvol[SUBVOL_MAX]; /* "", or a mount option such as "subvol=@" */
	bool named;		 /* the operator named the subvolume */
};

#define ROOTS_MAX 33 /* further ones are ignored */

struct roots {
	struct root root[ROOTS_MAX];
	unsigned int n;
	enum journal journal; /* of the last filesystem examined */
};

/* Add a subvolume of @v, or the default one if @guest_subvol is "". Ignored if @to is full. */
void roots_add(struct roots *to, const struct volume *v, const char *guest_subvol);

/* The subvolume's name ("@"), or "" for the default one. */
const char *root_subvolume(const struct root *root);

/* Format a root as --root= takes it: "xvda2", "xvda2[@]". Not quoted. */
void root_text(const struct root *root, char *to, size_t size);

#endif
