/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab - a guest's fstab: which filesystem contains a path */
#ifndef DOMU_GUEST_FSTAB_H
#define DOMU_GUEST_FSTAB_H

#include <stdbool.h>

#include "syntax/subvol.h"
#include "syntax/vdev.h"

#define FSTAB_PATH	 "/etc/fstab"
#define FSTAB_MOUNTS_MAX 64

/*
 * A block device mounted on a directory other than "/". Fixed size, as it is sent between
 * processes.
 */
struct fstab_mount {
	char target[256]; /* absolute; ".", "..", double and trailing slashes resolved; never "/" */
	struct devspec source;	 /* never DEVSPEC_FOREIGN */
	char fstype[32];	 /* as written, such as "auto" or "ext4"; only a hint */
	char subvol[SUBVOL_MAX]; /* the result of subvol_of_options() */
	bool optional;		 /* noauto or nofail: may be absent */
};

struct fstab {
	unsigned int n;
	unsigned int dropped; /* block devices' lines beyond FSTAB_MOUNTS_MAX, or with a field that
				 is too long or invalid; printed with -v */
	char root_subvol[SUBVOL_MAX]; /* of the line for "/"; "" for none */
	struct fstab_mount mount[FSTAB_MOUNTS_MAX];
};

/*
 * Add a line, given by its four unescaped fields (NULL is ""), if it mounts a block device. Not
 * added are swap, network filesystems (nfs, cifs, ceph, ...; "host:/x", "//x/y"), bind mounts,
 * pseudo filesystems, "none" and "/"; of the last line for "/", the subvolume is kept. _netdev does
 * not matter: an iSCSI root has it.
 * A later line for the same target replaces an earlier one, as in mount -a, unless it is noauto.
 * Directories such as /home or /var are added like others: only filesystems on the path to a file
 * are ever mounted.
 */
void fstab_consider(struct fstab *fstab, const char *source, const char *target, const char *fstype,
	const char *options);

/* Return the line whose target is exactly @guest_dir (canonical), or NULL. */
const struct fstab_mount *fstab_at(const struct fstab *fstab, const char *guest_dir);

#endif
