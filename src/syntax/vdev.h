/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vdev - a guest's names of disks, partitions and filesystems */
#ifndef DOMU_SYNTAX_VDEV_H
#define DOMU_SYNTAX_VDEV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum devspec_kind {
	DEVSPEC_NAME, /* hda2, xvda, d0p1, nvme0n1p2: disk and part; also other names in /dev */
	DEVSPEC_UUID, /* the filesystem's */
	DEVSPEC_LABEL,
	DEVSPEC_PARTUUID,
	DEVSPEC_PARTLABEL,
	/*
	 * /dev/disk/by-id, by-path and the like; value is the link's name. Only the partition's
	 * number is known, except for by-path links of Xen's disks, which contain the disk's
	 * number.
	 */
	DEVSPEC_PATH,
	/* /dev/mapper/VG-LV, /dev/VG/LV: value is "VG/LV" with single hyphens */
	DEVSPEC_LV,
	/* /dev/disk/by-id/dm-uuid-LVM-...: value is the UUIDs of the volume group and the volume */
	DEVSPEC_LV_UUID,
	/*
	 * not on the guest's disks: proc, tmpfs, host:/export, //server/share, zfs names, "none",
	 * an image file
	 */
	DEVSPEC_FOREIGN,
};

struct devspec {
	enum devspec_kind kind;
	/*
	 * the text to search for, unescaped (udev's \x20, fstab's \040) and unquoted; a name
	 * without "/dev/"
	 */
	char value[256];
	char disk[64];	   /* DEVSPEC_NAME: "hda", "nvme0n1"; DEVSPEC_PATH: if known */
	unsigned int part; /* DEVSPEC_NAME, DEVSPEC_PATH; 0: the whole disk, or unknown */
};

/*
 * Parse a device as in a guest's fstab, a root= or an entry: hda2, /dev/hda2, UUID=, LABEL=,
 * PARTUUID=, PARTLABEL=, ID= (by-id), /dev/disk/by-{uuid,label,partuuid,partlabel,id,path}/...,
 * /dev/mapper/VG-LV ("--" is one hyphen), /dev/VG/LV. Keys are case-insensitive, values may be
 * quoted. A trailing " ro" or " rw" (xm's root=) is dropped.
 * A name of hd, sd, vd, xvd or dasd and letters has a number as its partition; other names that end
 * in a digit have pN. Without /dev/, a word of neither kind is DEVSPEC_FOREIGN. Names in /dev that
 * are no disk (/dev/md0, /dev/mapper/luks) are DEVSPEC_NAME: they match nothing and so appear in an
 * error if they are needed.
 * Returns: 0; or -EINVAL, step "vdev.parse", if it is empty or too long
 */
int devspec_parse(const char *text, struct devspec *ret, struct err *e);

/* Test whether two names are equal, with or without "/dev/". */
bool vdev_exact(const char *a, const char *b);

/*
 * Test whether two names mean the same disk, or the same partition of it, by xen-vbd-interface(7)
 * and by tradition: they are equal, or have the same letters (or number) after the prefix: hda =
 * sda = xvda = vda = d0. Names with other prefixes (nvme0n1, mmcblk0) match only themselves.
 */
bool vdev_alike(const char *a, const char *b);

/*
 * Compare a requested UUID with one from libblkid, ignoring case and dashes (vfat's short ones,
 * MBR's PARTUUIDs "SSSSSSSS-PP"). An empty one matches nothing.
 */
bool vdev_uuid_equal(const char *wanted, const char *found);

/* Return the text after "/dev/", or @name. */
const char *vdev_skip_dev(const char *name);

/* Return the partition's number if @digits is one, or 0: "0" and "01" are none. */
unsigned int vdev_part_number(const char *digits);

/*
 * Return the length of the disk's name: of hda in hda2, xvdaa in xvdaa1; 0 for other kinds of
 * names.
 */
size_t vdev_lettered(const char *name);

/* Return the length of any disk's name, and the number of the partition after it (0: none). */
size_t vdev_split(const char *name, unsigned int *ret_part);

/*
 * Convert a number in xenstore to the name of a disk or partition by xen-vbd-interface(7): 51712 is
 * xvda.
 * Returns: false if the number names no disk
 */
bool vdev_of_number(unsigned long number, char *to, unsigned long size);

/*
 * Compose "hda" + 2 = "hda2", "nvme0n1" + 2 = "nvme0n1p2"; part 0 is the disk. Truncates to @size.
 */
void vdev_name(const char *disk, unsigned int part, char *to, unsigned long size);

#endif
