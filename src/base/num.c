/* SPDX-License-Identifier: GPL-2.0-or-later */
/* num - strict parsing of numbers */
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int digits(const char *text, const char **ret_end, uint64_t *ret)
{
	char *end;
	unsigned long long n;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno)
		return -ERANGE;
	*ret_end = end;
	*ret = n;
	return 0;
}

int num_parse(const char *text, uint64_t max, uint64_t *ret)
{
	const char *end;
	uint64_t n;
	int r = digits(text, &end, &n);

	if (r < 0)
		return r;
	if (*end)
		return -EINVAL;
	if (n > max)
		return -ERANGE;
	*ret = n;
	return 0;
}

int num_parse_size(const char *text, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	unsigned int shift = 0;
	uint64_t n;
	int r = digits(text, &end, &n);

	if (r < 0)
		return r;
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || end[1])
			return -EINVAL;
		shift = 10 * (unsigned int)(unit - units + 1);
	}
	if (n > UINT64_MAX >> shift)
		return -ERANGE;
	*ret = n << shift;
	return 0;
}
