/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vdev - how a guest names its disks, partitions and filesystems */
#ifndef DOMU_SYNTAX_VDEV_H
#define DOMU_SYNTAX_VDEV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum devspec_kind {
	DEVSPEC_NAME, /* hda2, xvda, d0p1, nvme0n1p2: disk + part; any other /dev/ name too */
	DEVSPEC_UUID, /* of the filesystem */
	DEVSPEC_LABEL,
	DEVSPEC_PARTUUID,
	DEVSPEC_PARTLABEL,
	/*
	 * /dev/disk/by-id, by-path and the like: only the partition's number can be known, but for
	 * by-path links of Xen's own disks, which say the disk's number; value is the link's name
	 */
	DEVSPEC_PATH,
	/* /dev/mapper/VG-LV, /dev/VG/LV: value is "VG/LV" with single hyphens */
	DEVSPEC_LV,
	/* /dev/disk/by-id/dm-uuid-LVM-...: value is the UUIDs of the group and of the volume */
	DEVSPEC_LV_UUID,
	/*
	 * not a block device of the guest's disks: proc, tmpfs, host:/export, //server/share, zfs
	 * names, "none", an image file
	 */
	DEVSPEC_FOREIGN,
};

struct devspec {
	enum devspec_kind kind;
	/*
	 * the text to look for, unescaped (\x20 of udev's names, \040 of fstab's, quotes gone); a
	 * name without "/dev/"
	 */
	char value[256];
	char disk[64];	   /* DEVSPEC_NAME: "hda", "nvme0n1"; DEVSPEC_PATH: where it is known */
	unsigned int part; /* DEVSPEC_NAME, DEVSPEC_PATH; 0: the whole disk, or not known */
};

/*
 * Reads a device as a guest's fstab, a root= or an entry writes it: hda2, /dev/hda2, UUID=, LABEL=,
 * PARTUUID=, PARTLABEL=, ID= (by-id), /dev/disk/by-{uuid,label,partuuid,partlabel,id,path}/...,
 * /dev/mapper/VG-LV ("--" is one hyphen), /dev/VG/LV; keys in any case, the value quoted or not. A
 * trailing " ro" or " rw" (xm's root=) is dropped. A name of hd, sd, vd, xvd or dasd and letters
 * takes a number as its partition, any other one that ends in a digit takes pN; without /dev/, a
 * word of neither kind is DEVSPEC_FOREIGN. Names of /dev that no disk bears (/dev/md0,
 * /dev/mapper/luks) are DEVSPEC_NAME: they match nothing, and so get named in an error where they
 * matter. -EINVAL with step "vdev.parse" for an empty or overlong one.
 */
int devspec_parse(const char *text, struct devspec *ret, struct err *e);

/*
 * True when both name the same disk (or the same partition of it) by xen-vbd-interface(7)'s and old
 * habits: with equal strings, or where the letters (or number) after the prefix agree: hda = sda =
 * xvda = vda = d0. Names that are none of those prefixes (nvme0n1, mmcblk0) equal only themselves.
 * vdev_exact() is plain equality with "/dev/" aside.
 */
bool vdev_exact(const char *a, const char *b);
bool vdev_alike(const char *a, const char *b);

/*
 * Compares a wanted UUID with one that libblkid found: case aside, and dashes aside (vfat's short
 * ones, PARTUUIDs of MBR "SSSSSSSS-PP"). An empty one equals nothing.
 */
bool vdev_uuid_equal(const char *wanted, const char *found);

/*
 * Names taken apart: the text behind "/dev/"; the partition number that is all of @digits, 0 where
 * it is none (hda0 and hda01 are no partitions); the length of hda in hda2, xvdaa in xvdaa1, 0 for
 * names of another make; the length of any disk's name, and the partition's number behind it.
 */
const char *vdev_skip_dev(const char *name);
unsigned int vdev_part_number(const char *digits);
size_t vdev_lettered(const char *name);
size_t vdev_split(const char *name, unsigned int *ret_part);

/*
 * The name of the disk (or partition: xvda1) that bears this number in Xen's store, by
 * xen-vbd-interface(7): 51712 is xvda. False for numbers that name no disk.
 */
bool vdev_of_number(unsigned long number, char *to, unsigned long size);

/* "hda" + 2 = "hda2", "nvme0n1" + 2 = "nvme0n1p2"; part 0 = the disk. Cut to @size. */
void vdev_name(const char *disk, unsigned int part, char *to, unsigned long size);

#endif
