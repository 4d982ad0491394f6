/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe - libblkid: partition table and superblock, as plain bounded structs */
#ifndef DOMU_BLOCK_PROBE_H
#define DOMU_BLOCK_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define PARTS_MAX 256

/*
 * Strings are ended by NUL; those that a guest wrote bear its name. The structs travel between
 * processes as they are.
 */
struct part {
	unsigned int number;  /* the kernel's and the guest's: 1.., logical partitions from 5 */
	bool extended;	      /* an MBR's container of logical partitions: no filesystem in it */
	uint64_t start, size; /* bytes */
	char uuid[40];	      /* PARTUUID */
	char guest_name[160]; /* PARTLABEL, UTF-8 */
};

struct part_table {
	char type[16];		  /* "dos", "gpt"; "" when the disk has no table */
	unsigned int sector_size; /* what the table was written for: 512 or 4096 */
	unsigned int n;
	struct part part[PARTS_MAX];
};

struct superblock {
	char type[32];	/* "ext4", "crypto_LUKS"; "" when nothing is known there */
	char usage[16]; /* libblkid's: "filesystem", "crypto", "raid", "other" */
	char guest_uuid[64];
	char guest_uuid_sub[64]; /* of this one device, where a filesystem has several */
	char guest_label[256];
};

/*
 * Reads the partition table from @fd (an image file or a block device of @size bytes), trying the
 * sector sizes 512 and 4096: a GPT says itself which it is; an MBR is believed with 512 unless only
 * 4096 leads to something that is known. No table is a table of no partitions; nor does a disk
 * have one that is, as a whole, a member of a RAID or of DRBD: what begins it is that device's.
 * More than PARTS_MAX partitions are cut (a GPT of the usual size has 128). Step "probe.table".
 */
int probe_table(int fd, uint64_t size, const char *subject, struct part_table *ret, struct err *e);

/*
 * What lies in the @size bytes at @offset of @fd: 1 found, 0 nothing known. Two signatures that
 * contradict each other are -EEXIST. Steps "probe.device", "probe.superblock".
 */
int probe_superblock(int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e);

/* Whether libblkid knows a superblock's type by this name. */
bool probe_knows(const char *type);

/* Whether both are devices of one btrfs: the same UUID, and each with one of its own beside it. */
bool superblock_of_one_btrfs(const struct superblock *a, const struct superblock *b);

#endif
