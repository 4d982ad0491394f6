/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vdi - header of VDI */
#include <inttypes.h>

#include "image/formats.h"

#define HEADER 512
#define BLOCK  (1u << 20) /* bytes; qemu and VirtualBox make no other size */
#define OLDEST 0x00010001u
enum { DYNAMIC = 1, STATIC = 2 };

static bool is_zero(const uint8_t *at, size_t len)
{
	while (len > 0 && at[len - 1] == 0)
		len--;
	return len == 0;
}

static int check_numbers(struct reading *r, const uint8_t *head)
{
	const uint64_t map_at = bytes_le(head + 340, 4), size = bytes_le(head + 368, 8);
	const uint64_t block = bytes_le(head + 376, 4), blocks = bytes_le(head + 384, 4);

	if (block != BLOCK)
		return UNREAD(r, "its blocks are of %" PRIu64 " bytes", block);
	if (size == 0 || blocks * 4 > IMAGE_TABLE_MAX)
		return BROKEN(r, "its map would have %" PRIu64 " entries", blocks);
	if (map_at > r->from->size || blocks * 4 > r->from->size - map_at)
		return BROKEN(r, "its map lies outside it: is it cut off?");
	return head_check_room(r, size, blocks, block);
}

int vdi_read(struct reading *r)
{
	uint8_t head[HEADER];
	uint64_t kind;
	int result = head_some(r, 0, head, sizeof(head));

	if (result < 0)
		return result;
	if (memcmp(head + 64, "\x7f\x10\xda\xbe", 4) != 0)
		return NOT_SO(r);
	if (result < HEADER)
		return BROKEN(r, "it is cut off");
	if (bytes_le(head + 68, 4) != OLDEST)
		return UNREAD(r, "it is vdi of version %" PRIx64, bytes_le(head + 68, 4));
	kind = bytes_le(head + 76, 4);
	if ((kind != DYNAMIC && kind != STATIC) || !is_zero(head + 424, 32))
		return UNREAD(r, "it is a differencing image, a snapshot's");
	result = check_numbers(r, head);
	if (result >= 0)
		r->to->size = (bytes_le(head + 368, 8) + 511) / 512 * 512;
	return result;
}
