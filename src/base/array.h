/* SPDX-License-Identifier: GPL-2.0-or-later */
/* array - array sizes, and arrays that grow */
#ifndef DOMU_BASE_ARRAY_H
#define DOMU_BASE_ARRAY_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline int array_append_(void *array, size_t *n, const void *item, size_t size)
{
	void *items, *grown;

	memcpy(&items, array, sizeof(items));
	grown = reallocarray(items, *n + 1, size);
	if (!grown)
		return -ENOMEM;
	memcpy((char *)grown + (*n)++ * size, item, size);
	memcpy(array, &grown, sizeof(grown));
	return 0;
}

/*
 * Append *@item to the malloc'ed @array of @n items.
 * Returns: 0; or -ENOMEM with @array and @n unchanged.
 */
#define array_append(array, n, item) array_append_(&(array), &(n), (item), sizeof(*(array)))

#endif
