/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe - libblkid: partition table and superblock, as bounded structs */
#ifndef DOMU_BLOCK_PROBE_H
#define DOMU_BLOCK_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define PARTS_MAX 256

/*
 * Strings are NUL-terminated; those written by a guest have its name. The structs are sent between
 * processes as they are.
 */
struct part {
	unsigned int number;  /* as in kernel and guest: 1.., logical partitions from 5 */
	bool extended;	      /* MBR's container of logical partitions, without a filesystem */
	uint64_t start, size; /* bytes */
	char uuid[40];	      /* PARTUUID */
	char guest_name[160]; /* PARTLABEL, UTF-8 */
};

struct part_table {
	char type[16];		  /* "dos", "gpt"; "" without a table */
	unsigned int sector_size; /* sector size of the table: 512 or 4096 */
	unsigned int n;
	struct part part[PARTS_MAX];
};

struct superblock {
	char type[32];	/* "ext4", "crypto_LUKS"; "" if nothing is recognized */
	char usage[16]; /* libblkid's: "filesystem", "crypto", "raid", "other" */
	char guest_uuid[64];
	char guest_uuid_sub[64]; /* of this device, in a filesystem with several */
	char guest_label[256];
};

/*
 * Read the partition table, with sectors of 512 and 4096 bytes. A GPT determines its size; an MBR
 * is read with 512 unless only 4096 leads to known filesystems. Partitions beyond PARTS_MAX are
 * dropped (a GPT usually has 128).
 * @fd: an image file or block device of @size bytes
 * @ret: without partitions if there is no table. A disk that is a member of a RAID or DRBD has
 * none: the table at its start belongs to that device.
 * Returns: >= 0, or a negative errno; step "probe.table"
 */
int probe_table(int fd, uint64_t size, const char *subject, struct part_table *ret, struct err *e);

/*
 * Recognize what the @size bytes at @offset contain.
 * Returns: 1 if recognized, 0 if not, or a negative errno; steps "probe.device", "probe.superblock"
 * Errors: -EEXIST if two signatures conflict
 */
int probe_superblock(int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e);

/* Whether libblkid knows a superblock type of this name. */
bool probe_knows(const char *type);

/* Test whether both are devices of one btrfs: equal UUIDs, with different UUID_SUBs. */
bool superblock_of_one_btrfs(const struct superblock *a, const struct superblock *b);

#endif
