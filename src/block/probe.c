/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe - libblkid: partition table and superblock, as bounded structs */
#include "block/probe.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/bytes.h"
#include "base/step.h"

#define SECTOR 512 /* libblkid's unit for partitions, regardless of the disk's sectors */

/*
 * libblkid disables read-ahead on the open file. A loop device later reads the image through that
 * same file, and without read-ahead would wait for the disk at each block.
 */
static void free_probe(blkid_probe *pr)
{
	if (!*pr)
		return;
	posix_fadvise(blkid_probe_get_fd(*pr), 0, 0, POSIX_FADV_NORMAL);
	blkid_free_probe(*pr);
}
#define own_probe __attribute__((cleanup(free_probe)))

static void copy_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static int new_probe(int fd, uint64_t offset, uint64_t size, blkid_probe *ret)
{
	blkid_probe pr = blkid_new_probe();

	if (!pr)
		return -ENOMEM;
	*ret = pr;
	errno = 0;
	if (blkid_probe_set_device(pr, fd, (blkid_loff_t)offset, (blkid_loff_t)size) < 0)
		return errno ? -errno : -EIO;
	return 0;
}

static void read_part(blkid_partition p, struct part *ret)
{
	*ret = (struct part){
		.number = (unsigned int)blkid_partition_get_partno(p),
		.extended = blkid_partition_is_extended(p),
		.start = (uint64_t)blkid_partition_get_start(p) * SECTOR,
		.size = (uint64_t)blkid_partition_get_size(p) * SECTOR,
	};
	copy_text(ret->uuid, sizeof(ret->uuid), blkid_partition_get_uuid(p));
	copy_text(ret->guest_name, sizeof(ret->guest_name), blkid_partition_get_name(p));
}

static void probe_read_parts(blkid_partlist list, struct part_table *ret)
{
	int n = blkid_partlist_numof_partitions(list);

	for (int i = 0; i < n && ret->n < PARTS_MAX; i++) {
		blkid_partition p = blkid_partlist_get_partition(list, i);

		if (p && blkid_partition_get_size(p) > 0)
			read_part(p, &ret->part[ret->n++]);
	}
}

/* ---- MBR with large sectors on a disk over 2 TiB ---- */

/* libblkid's limit, 32 bits of 512 bytes: beyond it, offsets wrap. */
#define WRAP (UINT64_C(1) << 41)

/* Read one of the four entries; false if it is empty. */
static bool read_entry(
	const uint8_t *mbr, unsigned int number, unsigned int sector_size, struct part *ret)
{
	const uint8_t *entry = mbr + 446 + 16 * (number - 1);
	uint8_t type = entry[4];

	*ret = (struct part){
		.number = number,
		.extended = type == 0x05 || type == 0x0f || type == 0x85,
		.start = bytes_le(entry + 8, 4) * sector_size,
		.size = bytes_le(entry + 12, 4) * sector_size,
	};
	snprintf(
		ret->uuid, sizeof(ret->uuid), "%08" PRIx64 "-%02x", bytes_le(mbr + 440, 4), number);
	return type != 0 && ret->size > 0;
}

/*
 * Read the first four from the table itself. Logical partitions stay as read by libblkid, unless
 * they may have wrapped: then they are dropped.
 */
static int unwrap(int fd, struct part_table *t)
{
	struct part_table right = *t;
	uint8_t mbr[512];
	bool far = false;

	if (pread(fd, mbr, sizeof(mbr), 0) != (ssize_t)sizeof(mbr))
		return -EIO;
	right.n = 0;
	for (unsigned int number = 1; number <= 4; number++) {
		struct part *p = &right.part[right.n];

		if (!read_entry(mbr, number, t->sector_size, p))
			continue;
		right.n++;
		far = far || (p->extended && p->start + p->size > WRAP);
	}
	for (unsigned int i = 0; i < t->n && right.n < PARTS_MAX; i++)
		if (t->part[i].number > 4 && !far)
			right.part[right.n++] = t->part[i];
	*t = right;
	return 1;
}

/* ---- signatures ---- */

/* blkid_do_safeprobe(): 0 found, 1 nothing, -2 ambivalent, -1 error. */
static int find_type(blkid_probe pr, int filter, char *types[], int what)
{
	int r;

	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, what);
	blkid_probe_reset_superblocks_filter(pr);
	if (blkid_probe_filter_superblocks_type(pr, filter, types) < 0)
		return -ENOMEM;
	errno = 0;
	r = blkid_do_safeprobe(pr);
	if (r == -2)
		return -EEXIST;
	if (r < 0)
		return errno ? -errno : -EIO;
	return r == 0;
}

/* Test whether all partitions end before @offset, as those of a table on the RAID itself do. */
static bool all_end_before(const struct part_table *t, uint64_t offset)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (t->part[i].start + t->part[i].size > offset)
			return false;
	return true;
}

/*
 * Test whether the disk is a member of a device with its metadata at the end. Such a disk begins
 * like that device, so the table is the device's. Returns 1 or 0, or a negative errno.
 */
static int is_member(int fd, uint64_t size, const struct part_table *t)
{
	static char md[] = "linux_raid_member", ddf[] = "ddf_raid_member",
		    isw[] = "isw_raid_member", drbd[] = "drbd";
	static char *at_the_end[] = {md, ddf, isw, drbd, NULL};
	own_probe blkid_probe pr = NULL;
	const char *offset = NULL;
	int r = new_probe(fd, 0, size, &pr);

	if (r >= 0)
		r = find_type(pr, BLKID_FLTR_ONLYIN, at_the_end, BLKID_SUBLKS_MAGIC);
	if (r <= 0)
		return r;
	return blkid_probe_lookup_value(pr, "SBMAGIC_OFFSET", &offset, NULL) == 0 &&
	       all_end_before(t, strtoull(offset, NULL, 10));
}

/* ---- tables ---- */

/* Returns 1 with a table, 0 without, or a negative errno. */
static int probe_read_table(int fd, uint64_t size, unsigned int sector_size, struct part_table *ret)
{
	own_probe blkid_probe pr = NULL;
	blkid_partlist list;
	blkid_parttable table;
	int r = new_probe(fd, 0, size, &pr);

	if (r < 0)
		return r;
	*ret = (struct part_table){.sector_size = sector_size};
	blkid_probe_set_sectorsize(pr, sector_size);
	blkid_probe_enable_partitions(pr, 1);
	list = blkid_probe_get_partitions(pr);
	table = list ? blkid_partlist_get_table(list) : NULL;
	if (!table)
		return 0;
	copy_text(ret->type, sizeof(ret->type), blkid_parttable_get_type(table));
	probe_read_parts(list, ret);
	return sector_size > SECTOR && size > WRAP && !strcmp(ret->type, "dos") ? unwrap(fd, ret)
										: 1;
}

static bool leads_somewhere(int fd, const struct part_table *table)
{
	for (unsigned int i = 0; i < table->n; i++) {
		struct superblock sb;

		if (!table->part[i].extended && probe_superblock(fd, table->part[i].start,
							table->part[i].size, "", &sb, NULL) > 0)
			return true;
	}
	return false;
}

/*
 * A GPT is in the second sector, so it is found only with its own sector size. An MBR looks alike
 * with both.
 */
static int choose_table(int fd, uint64_t size, struct part_table *ret)
{
	struct part_table wide;
	int r = probe_read_table(fd, size, 512, ret);

	if (r < 0 || (r > 0 && strcmp(ret->type, "dos") != 0))
		return r;
	if (r > 0 && leads_somewhere(fd, ret))
		return 0;
	if (probe_read_table(fd, size, 4096, &wide) > 0 &&
		(!strcmp(wide.type, "gpt") || leads_somewhere(fd, &wide)))
		*ret = wide;
	return 0;
}

/* A member has no partitions of its own. */
static int find_table(int fd, uint64_t size, struct part_table *ret)
{
	int r = choose_table(fd, size, ret);

	if (r < 0 || ret->n == 0)
		return r;
	r = is_member(fd, size, ret);
	if (r > 0)
		*ret = (struct part_table){.sector_size = SECTOR};
	return r;
}

int probe_table(int fd, uint64_t size, const char *subject, struct part_table *ret, struct err *e)
{
	return STEP_OURS(e, "probe.table", subject, find_table(fd, size, ret));
}

static void probe_read_superblock(blkid_probe pr, struct superblock *ret)
{
	static const struct {
		const char *name;
		size_t offset, size;
	} wanted[] = {
		{"TYPE", offsetof(struct superblock, type), sizeof(ret->type)},
		{"USAGE", offsetof(struct superblock, usage), sizeof(ret->usage)},
		{"UUID", offsetof(struct superblock, guest_uuid), sizeof(ret->guest_uuid)},
		{"UUID_SUB", offsetof(struct superblock, guest_uuid_sub),
			sizeof(ret->guest_uuid_sub)},
		{"LABEL", offsetof(struct superblock, guest_label), sizeof(ret->guest_label)},
	};

	for (size_t i = 0; i < COUNT(wanted); i++) {
		const char *value = NULL;

		if (blkid_probe_lookup_value(pr, wanted[i].name, &value, NULL) == 0)
			copy_text((char *)ret + wanted[i].offset, wanted[i].size, value);
	}
}

/*
 * To recognize ZFS, a megabyte of each partition is read, more than for all others together: do it
 * last.
 */
static int find_superblock(blkid_probe pr)
{
	static char zfs[] = "zfs_member";
	static char *last[] = {zfs, NULL};
	const int what =
		BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL;
	int r = find_type(pr, BLKID_FLTR_NOTIN, last, what);

	return r == 0 ? find_type(pr, BLKID_FLTR_ONLYIN, last, what) : r;
}

int probe_superblock(int fd, uint64_t offset, uint64_t size, const char *subject,
	struct superblock *ret, struct err *e)
{
	own_probe blkid_probe pr = NULL;
	int r = STEP_OURS(e, "probe.device", subject, new_probe(fd, offset, size, &pr));

	if (r < 0)
		return r;
	*ret = (struct superblock){0};
	r = STEP_OURS(e, "probe.superblock", subject, find_superblock(pr));
	if (r > 0)
		probe_read_superblock(pr, ret);
	return r;
}

bool superblock_of_one_btrfs(const struct superblock *a, const struct superblock *b)
{
	return !strcmp(a->type, "btrfs") && !strcmp(b->type, "btrfs") && a->guest_uuid[0] &&
	       !strcmp(a->guest_uuid, b->guest_uuid) &&
	       strcmp(a->guest_uuid_sub, b->guest_uuid_sub) != 0;
}

bool probe_knows(const char *type)
{
	return blkid_known_fstype(type);
}
