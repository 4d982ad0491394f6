/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsstate - from superblocks, beyond libblkid: pending log, external journal, number of members */
#include "guest/fsstate.h"

#include <string.h>

#include "base/bytes.h"

/* Offsets as in the kernel's struct ext4_super_block, xfs_dsb and btrfs_super_block. */
#define EXT_SUPER	      1024
#define EXT_FEATURE_COMPAT    (EXT_SUPER + 0x5c)
#define EXT_FEATURE_INCOMPAT  (EXT_SUPER + 0x60)
#define EXT_JOURNAL_INODE     (EXT_SUPER + 0xe0)
#define EXT_JOURNAL_DEVICE    (EXT_SUPER + 0xe4)
#define EXT_COMPAT_JOURNAL    0x4u
#define EXT_INCOMPAT_JOURNALS 0x8u /* the device itself is a journal */
#define XFS_LOG_START	      48
#define BTRFS_SUPER	      (64 * 1024)
#define BTRFS_LOG_ROOT	      (BTRFS_SUPER + 0x60)
#define BTRFS_DEVICES	      (BTRFS_SUPER + 0x88)

const char *journal_name(enum journal journal)
{
	static const char *const names[] = {[JOURNAL_CLEAN] = "clean",
		[JOURNAL_REPLAYED] = "replayed",
		[JOURNAL_STALE] = "stale"};

	return names[journal];
}

static uint32_t le32(const uint8_t *bytes, size_t len, size_t offset)
{
	return offset + 4 <= len ? (uint32_t)bytes_le(bytes + offset, 4) : 0;
}

static uint64_t le64(const uint8_t *bytes, size_t len, size_t offset)
{
	return offset + 8 <= len ? bytes_le(bytes + offset, 8) : 0;
}

/* The journal is an inode, or a device, which the kernel would open by its number. */
static void read_ext(const uint8_t *bytes, size_t len, struct fsstate *ret)
{
	if (le32(bytes, len, EXT_FEATURE_INCOMPAT) & EXT_INCOMPAT_JOURNALS)
		ret->external_journal = true;
	if (le32(bytes, len, EXT_FEATURE_COMPAT) & EXT_COMPAT_JOURNAL)
		ret->external_journal |= le32(bytes, len, EXT_JOURNAL_DEVICE) != 0 ||
					 le32(bytes, len, EXT_JOURNAL_INODE) == 0;
}

/* XFS is big-endian, but zero is zero. */
static void read_xfs(const uint8_t *bytes, size_t len, struct fsstate *ret)
{
	ret->external_journal = len >= XFS_LOG_START + 8 && le64(bytes, len, XFS_LOG_START) == 0;
}

static void read_btrfs(const uint8_t *bytes, size_t len, struct fsstate *ret)
{
	uint64_t members = le64(bytes, len, BTRFS_DEVICES);

	ret->log_pending = le64(bytes, len, BTRFS_LOG_ROOT) != 0;
	ret->members = members > 1 ? (members > UINT32_MAX ? UINT32_MAX : (uint32_t)members) : 1;
}

void fsstate_read(const char *type, const uint8_t *bytes, size_t len, struct fsstate *ret)
{
	*ret = (struct fsstate){.members = 1};
	if (!strcmp(type, "ext2") || !strcmp(type, "ext3") || !strcmp(type, "ext4"))
		read_ext(bytes, len, ret);
	else if (!strcmp(type, "xfs"))
		read_xfs(bytes, len, ret);
	else if (!strcmp(type, "btrfs"))
		read_btrfs(bytes, len, ret);
}
