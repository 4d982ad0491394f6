/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - scan an unpacked kernel's stream for its version and Xen notes */
#ifndef DOMU_GUEST_INSIDE_H
#define DOMU_GUEST_INSIDE_H

#include <stdbool.h>

#include "guest/kernel.h"

#define INSIDE_HEAD	4096 /* bytes that may contain an ELF's program headers */
#define INSIDE_SEGMENTS 4    /* of notes, at most */
#define INSIDE_NOTES	8192 /* bytes of each that are kept */

/* A text to search for, and what follows it. */
struct inside_text {
	const char *wanted;
	size_t matched;
	char found[128]; /* "" until found */
	size_t n_found;
	bool is_whole;
};

struct inside {
	uint64_t at; /* bytes seen so far */
	uint8_t head[INSIDE_HEAD];
	size_t head_len;
	bool has_segments; /* the program headers were read */
	bool is_elf, is_big;
	struct {
		uint64_t start, size;
		uint8_t bytes[INSIDE_NOTES];
	} notes[INSIDE_SEGMENTS];
	unsigned int n_notes;
	bool wants_version;
	struct inside_text version, old_xen;
};

/*
 * Start a scan.
 * @wants_version: search for the version, too
 */
void inside_begin(struct inside *in, bool wants_version);

/* Scan the next bytes, of any number. */
void inside_feed(struct inside *in, const uint8_t *bytes, size_t len);

/* Test whether everything is known, so that the scan may end early. */
bool inside_is_done(const struct inside *in);

/*
 * Store the results, at the end or once inside_is_done(): the version, if it was searched for and
 * found, and an ELF's Xen notes.
 * @is_whole: the scan has seen all bytes
 */
void inside_tell(struct inside *in, bool is_whole, struct kernel_info *to);

#endif
