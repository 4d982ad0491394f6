/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root - the filesystem that is the guest's root, when nobody has said which */
#ifndef DOMU_RESOLVE_ROOT_H
#define DOMU_RESOLVE_ROOT_H

#include "mount/tree.h"
#include "syntax/subvol.h"

#define FSTAB_PATH "/etc/fstab"

struct root {
	struct volume volume;
	char subvol[SUBVOL_MAX]; /* "", or a mount option */
	bool named;		 /* the subvolume, by the operator */
};

#define ROOTS_MAX 33 /* more are not told */

struct roots {
	struct root root[ROOTS_MAX];
	unsigned int n;
	enum journal journal; /* of the filesystem that was looked into last */
};

/* The subvolume's name, "@"; "" for the default one. */
const char *root_subvolume(const struct root *root);

/* "xvda2", "xvda2[@]", as --root= takes it; unquoted. */
void root_text(const struct root *root, char *to, size_t size);

/*
 * Adds to *to what holds an /etc/fstab on that volume, as far as there is room. Fails where the
 * volume can't be mounted.
 */
int roots_on(struct guest *g, const struct volume *v, struct roots *to, struct err *e);

/*
 * The one filesystem among the disks that holds an /etc/fstab. Of a btrfs that is its default
 * subvolume, which a guest mounts that says nothing else; where there is none in it, the
 * subvolumes at its top are looked into: of several the one whose own fstab mounts "/" from it.
 * Where nothing holds one, it is the one iso9660: the disk that a distribution is installed from.
 * None is -ENOENT, step "resolve.noroot", more than one -ENOTUNIQ, step "resolve.roots", whose
 * detail lists them.
 */
int root_search(struct guest *g, struct root *ret, struct err *e);

#endif
