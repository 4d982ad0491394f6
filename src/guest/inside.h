/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - what an unpacked kernel tells while its bytes go by */
#ifndef DOMU_GUEST_INSIDE_H
#define DOMU_GUEST_INSIDE_H

#include <stdbool.h>

#include "guest/kernel.h"

#define INSIDE_HEAD	4096 /* where an ELF's program headers are looked for */
#define INSIDE_SEGMENTS 4    /* of notes */
#define INSIDE_NOTES	8192 /* bytes of each */

/* A text that is looked for, and what follows it. */
struct inside_text {
	const char *wanted;
	size_t matched;
	char found[128]; /* "" until it is */
	size_t n_found;
	bool is_whole;
};

struct inside {
	uint64_t at; /* bytes that have gone by */
	uint8_t head[INSIDE_HEAD];
	size_t head_len;
	bool has_segments; /* the program headers are read */
	bool is_elf, is_big;
	struct {
		uint64_t start, size;
		uint8_t bytes[INSIDE_NOTES];
	} notes[INSIDE_SEGMENTS];
	unsigned int n_notes;
	bool wants_version;
	struct inside_text version, old_xen;
};

/* @wants_version: it is not known yet, and worth going on for. */
void inside_begin(struct inside *in, bool wants_version);

/* The next bytes, however many. */
void inside_feed(struct inside *in, const uint8_t *bytes, size_t len);

/* Whether all is known that can be known: what follows would tell nothing new. */
bool inside_is_done(const struct inside *in);

/*
 * At the end, or when it is done: sets *to's version, where one was wanted and found, and of an ELF
 * its Xen notes. @is_whole: nothing was left out.
 */
void inside_tell(struct inside *in, bool is_whole, struct kernel_info *to);

#endif
