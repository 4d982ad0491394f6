/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vhdx - VHDX: region table and metadata */
#include <inttypes.h>

#include "image/formats.h"

#define REGIONS	     (192u << 10)
#define REGIONS_COPY (256u << 10)
#define TABLE	     (64u << 10)
#define ENTRIES_MAX  2047u
#define ENTRY	     32u
#define SIZE_MAX_    (UINT64_C(64) << 40) /* bytes; the format's limit */

/* In the file's byte order. */
#define GUID(...) ((const uint8_t[16]){__VA_ARGS__})
#define METADATA                                                                                   \
	GUID(0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b, 0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f,   \
		0x88, 0x6e)
#define BLOCKS                                                                                     \
	GUID(0x66, 0x77, 0xc2, 0x2d, 0x23, 0xf6, 0x00, 0x42, 0x9d, 0x64, 0x11, 0x5e, 0x9b, 0xfd,   \
		0x4a, 0x08)
#define PARAMETERS                                                                                 \
	GUID(0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44,   \
		0xe7, 0x6b)
#define DISK_SIZE                                                                                  \
	GUID(0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48, 0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b,   \
		0xf4, 0xb8)
#define HAS_PARENT 2u

/* Find the entry of @guid in a table of @n, the first at @at; NULL if there is none. */
static const uint8_t *entry_of(const uint8_t *table, size_t at, uint64_t n, const uint8_t *guid)
{
	for (uint64_t i = 0; i < n && at + (i + 1) * ENTRY <= TABLE; i++)
		if (!memcmp(table + at + i * ENTRY, guid, 16))
			return table + at + i * ENTRY;
	return NULL;
}

struct regions {
	uint64_t metadata_at, blocks_len;
};

static int read_regions(struct reading *r, struct regions *to)
{
	static uint8_t table[TABLE];
	const uint8_t *metadata, *blocks;
	uint64_t n;
	int result = head_need(r, REGIONS, table, sizeof(table));

	if (result >= 0 && memcmp(table, "regi", 4) != 0)
		result = head_need(r, REGIONS_COPY, table, sizeof(table));
	if (result < 0)
		return result;
	n = bytes_le(table + 8, 4);
	if (memcmp(table, "regi", 4) != 0 || n > ENTRIES_MAX)
		return BROKEN(r, "its table of regions is missing");
	metadata = entry_of(table, 16, n, METADATA);
	blocks = entry_of(table, 16, n, BLOCKS);
	if (!metadata || !blocks)
		return BROKEN(r, "its table of regions is not complete");
	to->metadata_at = bytes_le(metadata + 16, 8);
	to->blocks_len = bytes_le(blocks + 24, 4);
	return 0;
}

/* Read an item's value of @len bytes. */
static int read_item(struct reading *r, const uint8_t *table, const struct regions *regions,
	const uint8_t *guid, uint8_t *to, size_t len)
{
	const uint8_t *entry = entry_of(table, 32, bytes_le(table + 10, 2), guid);

	if (!entry || bytes_le(entry + 20, 4) < len)
		return BROKEN(r, "its metadata of the disk is incomplete");
	return head_need(r, regions->metadata_at + bytes_le(entry + 16, 4), to, len);
}

static int vhdx_check(
	struct reading *r, const struct regions *regions, uint64_t block, uint64_t size)
{
	if (!head_is_power(block) || block < 1u << 20 || block > 256u << 20)
		return BROKEN(r, "its blocks would be of %" PRIu64 " bytes", block);
	if (size == 0 || size > SIZE_MAX_ || size % 512)
		return BROKEN(r, "the disk in it would have %" PRIu64 " bytes", size);
	if (regions->blocks_len > IMAGE_TABLE_MAX)
		return BROKEN(r, "its table would have %" PRIu64 " bytes", regions->blocks_len);
	return head_check_room(r, size, regions->blocks_len / 8, block);
}

static int read_metadata(struct reading *r, const struct regions *regions)
{
	static uint8_t table[TABLE];
	uint8_t parameters[8], size[8];
	int result = regions->metadata_at > INT64_MAX / 2
			     ? BROKEN(r, "it points beyond every file's end")
			     : head_need(r, regions->metadata_at, table, sizeof(table));

	if (result < 0)
		return result;
	if (memcmp(table, "metadata", 8) != 0)
		return BROKEN(r, "its metadata of the disk is missing");
	result = read_item(r, table, regions, PARAMETERS, parameters, sizeof(parameters));
	if (result >= 0)
		result = read_item(r, table, regions, DISK_SIZE, size, sizeof(size));
	if (result < 0)
		return result;
	if (bytes_le(parameters + 4, 4) & HAS_PARENT)
		return UNREAD(r, "it is a differencing image");
	r->to->size = bytes_le(size, 8);
	return vhdx_check(r, regions, bytes_le(parameters, 4), r->to->size);
}

int vhdx_read(struct reading *r)
{
	struct regions regions;
	uint8_t head[8];
	int result = head_some(r, 0, head, sizeof(head));

	if (result < 0)
		return result;
	if (memcmp(head, "vhdxfile", sizeof(head)) != 0)
		return NOT_SO(r);
	result = read_regions(r, &regions);
	return result < 0 ? result : read_metadata(r, &regions);
}
