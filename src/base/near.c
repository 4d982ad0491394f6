/* SPDX-License-Identifier: GPL-2.0-or-later */
/* near - suggest the word that may have been meant */
#include "base/near.h"

#include <stddef.h>
#include <string.h>
#include <sys/param.h>

#define LENGTH_MAX 80
#define BEGINS_MIN 3 /* shorter prefixes match by chance */

/*
 * Optimal string alignment distance, by rows: row[i] is the distance for the first i letters of @a.
 */
static unsigned int slips(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][LENGTH_MAX + 1];
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t i = 0; i <= a_len; i++)
		row[i] = (unsigned int)i;
	for (size_t k = 1; k <= b_len; k++) {
		unsigned int *next = before;

		before = above, above = row, row = next;
		row[0] = (unsigned int)k;
		for (size_t i = 1; i <= a_len; i++) {
			row[i] = MIN(above[i - 1] + (a[i - 1] != b[k - 1]),
				MIN(above[i], row[i - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[i] = MIN(row[i], before[i - 2] + 1);
		}
	}
	return row[a_len];
}

unsigned int near_distance(const char *meant, const char *word)
{
	size_t a = strnlen(meant, LENGTH_MAX + 1), b = strnlen(word, LENGTH_MAX + 1);
	unsigned int n;

	if (a > LENGTH_MAX || b > LENGTH_MAX)
		return NEAR_NONE;
	n = slips(meant, a, word, b);
	if (a >= BEGINS_MIN && a < b && !strncmp(meant, word, a))
		return MIN(n, 2U);
	return n <= (a > 5 ? a / 3 : 1) ? n : NEAR_NONE;
}

void near_consider(struct near *n, const char *meant, const char *word)
{
	unsigned int distance = near_distance(meant, word);

	if (distance < n->distance)
		*n = (struct near){word, distance};
}
