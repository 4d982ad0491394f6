/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fsstate - what a superblock says that libblkid doesn't: changes not written back, and strangers
 */
#ifndef DOMU_GUEST_FSSTATE_H
#define DOMU_GUEST_FSSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FSSTATE_HEAD (68 * 1024) /* bytes of a filesystem that hold the superblocks read here */

/* What became of a journal that may have held changes. */
enum journal { JOURNAL_CLEAN, JOURNAL_REPLAYED, JOURNAL_STALE };

/* "clean", "replayed", "stale" */
const char *journal_name(enum journal journal);

struct fsstate {
	bool log_pending; /* btrfs: there is a log tree (its refusal and corruption look alike) */
	bool external_journal; /* ext, xfs: the journal lies on a device named by the host's number
				*/
	uint32_t members;      /* btrfs: devices it consists of; 1 for others */
};

/*
 * Reads the superblock of @type (libblkid's name) in the first @len bytes of the filesystem. Types
 * of which nothing is known, and what lies outside @bytes, leave the harmless values.
 */
void fsstate_read(const char *type, const uint8_t *bytes, size_t len, struct fsstate *ret);

#endif
