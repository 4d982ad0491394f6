/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab - which filesystem of a guest holds the path asked for */
#ifndef DOMU_GUEST_FSTAB_H
#define DOMU_GUEST_FSTAB_H

#include <stdbool.h>

#include "syntax/subvol.h"
#include "syntax/vdev.h"

#define FSTAB_PATH	 "/etc/fstab"
#define FSTAB_MOUNTS_MAX 64

/*
 * One line that may matter: a block device that is mounted on a directory other than "/". Fixed
 * size: it travels between processes.
 */
struct fstab_mount {
	char target[256]; /* absolute; "." "..", double and trailing slashes resolved; never "/" */
	struct devspec source;	 /* never DEVSPEC_FOREIGN */
	char fstype[32];	 /* as written: "auto", "ext4"; a hint, never a command */
	char subvol[SUBVOL_MAX]; /* what subvol_of_options() says of the line */
	bool optional;		 /* noauto or nofail: not there is no error */
};

struct fstab {
	unsigned int n;
	unsigned int dropped; /* lines of block devices that didn't fit into FSTAB_MOUNTS_MAX or had
				 a field that is too long or can't be read: said with -v */
	char root_subvol[SUBVOL_MAX]; /* of the line for "/" itself; "" for none */
	struct fstab_mount mount[FSTAB_MOUNTS_MAX];
};

/*
 * Considers one line's four fields (unescaped; NULL is "") and adds it when it matters: swap,
 * network filesystems (nfs, cifs, ceph, ...; "host:/x", "//x/y"; _netdev is ignored: an iSCSI root
 * has it), bind mounts, pseudo filesystems, "none" and "/" itself are not added; of the last one
 * for "/" the subvolume is kept. A later line for the same target wins, as in mount -a; which
 * passes over noauto, so a noauto line never takes another's place. Of directories nobody boots
 * from (/home, /var, /srv, /tmp ...) nothing is assumed: they are added like others; only what lies
 * on the way to the file is ever mounted.
 */
void fstab_consider(struct fstab *fstab, const char *source, const char *target, const char *fstype,
	const char *options);

/* The line whose target is exactly @guest_dir (canonical), or NULL. */
const struct fstab_mount *fstab_at(const struct fstab *fstab, const char *guest_dir);

#endif
