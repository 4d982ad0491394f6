/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsstate - from superblocks, beyond libblkid: pending log, external journal, number of members */
#ifndef DOMU_GUEST_FSSTATE_H
#define DOMU_GUEST_FSSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FSSTATE_HEAD (68 * 1024) /* bytes at a filesystem's start that contain the superblocks */

/* State of a journal that may contain changes. */
enum journal { JOURNAL_CLEAN, JOURNAL_REPLAYED, JOURNAL_STALE };

/* Return "clean", "replayed" or "stale". */
const char *journal_name(enum journal journal);

struct fsstate {
	bool log_pending; /* btrfs: it has a log tree; mount fails alike for this and for corruption
			   */
	bool external_journal; /* ext, xfs: the journal is on a device, named by the host's number
				*/
	uint32_t members;      /* btrfs: number of its devices; 1 for others */
};

/*
 * Read the superblock in the first @len bytes of a filesystem. Unknown types and fields outside
 * @bytes yield false and 1.
 * @type: libblkid's name
 */
void fsstate_read(const char *type, const uint8_t *bytes, size_t len, struct fsstate *ret);

#endif
