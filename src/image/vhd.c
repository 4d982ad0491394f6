/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vhd - VHD: footer, which a dynamic image also has at its start, and header */
#include <inttypes.h>

#include "image/formats.h"

#define FOOTER 512u
#define SECTOR 512u
enum { FIXED = 2, DYNAMIC = 3, DIFFERENCING = 4 };

static bool is_footer(const uint8_t *at)
{
	return !memcmp(at, "conectix", 8);
}

static int check_dynamic(struct reading *r, const uint8_t *footer)
{
	const uint64_t at = bytes_be(footer + 16, 8), size = bytes_be(footer + 48, 8);
	uint8_t head[64];
	uint64_t entries, block;
	int result = head_need(r, at, head, sizeof(head));

	if (result < 0)
		return result;
	entries = bytes_be(head + 28, 4);
	block = bytes_be(head + 32, 4);
	if (memcmp(head, "cxsparse", 8) != 0)
		return BROKEN(r, "its second header is missing");
	if (!head_is_power(block) || block < SECTOR || entries * 4 > IMAGE_TABLE_MAX)
		return BROKEN(r,
			"its table would have %" PRIu64 " entries for blocks of %" PRIu64 " bytes",
			entries, block);
	return head_check_room(r, size, entries, block);
}

/*
 * The size is not set: the geometry may give another one, and qemu decides by the image's creator.
 */
int vhd_read(struct reading *r)
{
	uint8_t footer[FOOTER];
	bool at_start;
	int result = head_some(r, 0, footer, sizeof(footer));

	if (result < 0)
		return result;
	at_start = is_footer(footer);
	if (!at_start && r->from->size >= 2 * FOOTER)
		result = head_need(r, r->from->size - FOOTER, footer, sizeof(footer));
	if (result < 0)
		return result;
	if (!is_footer(footer))
		return NOT_SO(r);
	switch (bytes_be(footer + 60, 4)) {
	case DIFFERENCING:
		return UNREAD(r, "it is a differencing image");
	case FIXED:
		return at_start ? BROKEN(r, "its type is fixed, but it begins as a dynamic image")
				: 0;
	case DYNAMIC:
		return at_start ? check_dynamic(r, footer)
				: BROKEN(r, "its first sector is not that of a dynamic image");
	default:
		return UNREAD(r, "it is neither a fixed nor a dynamic image");
	}
}
