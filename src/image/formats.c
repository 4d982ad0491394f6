/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats - the image parsers: entry points and common helpers */
#include "image/formats.h"

#include <inttypes.h>

int head_some(struct reading *r, uint64_t offset, void *to, size_t len)
{
	int64_t n;

	memset(to, 0, len);
	if (offset > INT64_MAX - len)
		return BROKEN(r, "it points beyond every file's end");
	n = r->from->read(r->from->arg, offset, to, len);
	if (n < 0)
		return FAIL(r->e, (int)n, "imagehead.read", "%s", r->subject);
	return (int)n;
}

int head_need(struct reading *r, uint64_t offset, void *to, size_t len)
{
	int n = head_some(r, offset, to, len);

	if (n < 0 || (size_t)n == len)
		return n < 0 ? n : 0;
	return BROKEN(r, "it is cut off, or points beyond its own end");
}

int head_check_room(struct reading *r, uint64_t size, uint64_t entries, uint64_t each)
{
	if (size <= INT64_MAX && entries >= head_count(size, each))
		return 0;
	return BROKEN(r, "its header specifies %" PRIu64 " bytes, its table covers %" PRIu64, size,
		entries * each);
}
