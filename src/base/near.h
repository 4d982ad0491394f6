/* SPDX-License-Identifier: GPL-2.0-or-later */
/* near - which of several words may have been meant */
#ifndef DOMU_BASE_NEAR_H
#define DOMU_BASE_NEAR_H

#define NEAR_NONE 1000U

/*
 * How far @word is from @meant: letters that are left out, added, other ones or two that have
 * changed places; what @meant only begins, as "vmlinuz" begins "vmlinuz-6.1.0", is farther than one
 * slip and nearer than three. NEAR_NONE when it is too far to be worth asking, or either is longer
 * than 80 bytes. 0: the same.
 */
unsigned int near_distance(const char *meant, const char *word);

/* The nearest of the words that were seen, which it points to; begins as NEAR_NOTHING. */
struct near {
	const char *word; /* NULL: none is near */
	unsigned int distance;
};
#define NEAR_NOTHING ((struct near){NULL, NEAR_NONE})

void near_consider(struct near *n, const char *meant, const char *word);

#endif
