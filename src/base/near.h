/* SPDX-License-Identifier: GPL-2.0-or-later */
/* near - suggest the word that may have been meant */
#ifndef DOMU_BASE_NEAR_H
#define DOMU_BASE_NEAR_H

#define NEAR_NONE 1000U

/*
 * Compute the edit distance: letters omitted, added, replaced, or two neighbours swapped. If @meant
 * is only the beginning of @word, as "vmlinuz" of "vmlinuz-6.1.0", the distance is 2 at most.
 * Returns: the distance; 0 if equal; NEAR_NONE if the words are too different, or one is longer
 * than 80 bytes
 */
unsigned int near_distance(const char *meant, const char *word);

/* The nearest word seen so far; initialize with NEAR_NOTHING. The word is not copied. */
struct near {
	const char *word; /* NULL if none is near */
	unsigned int distance;
};
#define NEAR_NOTHING ((struct near){NULL, NEAR_NONE})

/* Update @n if @word is nearer to @meant than n->word. */
void near_consider(struct near *n, const char *meant, const char *word);

#endif
