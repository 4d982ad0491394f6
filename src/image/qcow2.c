/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qcow2 - header of qcow2, see docs/interop/qcow2.txt in qemu */
#include <inttypes.h>

#include "image/formats.h"

#define HEADER_V2 72
#define HEADER_V3 104
#define HEAD_MAX  (64u << 10) /* bytes that may contain extensions */
#define L1_MAX	  (32u << 20) /* bytes; qemu's limit */

enum { DIRTY = 1, CORRUPT = 2, DATA_FILE = 4, COMPRESSION = 8, SMALL_CLUSTERS = 16 };
#define KNOWN (DIRTY | CORRUPT | DATA_FILE | COMPRESSION | SMALL_CLUSTERS)

#define EXTENSION_BACKING   0xe2792acau
#define EXTENSION_DATA_FILE 0x44415441u
#define EXTENSION_CRYPTO    0x0537be77u

struct qcow2 {
	const uint8_t *head;
	uint32_t cluster;
	uint64_t incompatible, backing_at;
	uint32_t header_length;
};

static int read_fixed(struct reading *r, struct qcow2 *q)
{
	uint32_t version = (uint32_t)bytes_be(q->head + 4, 4);
	uint32_t bits = (uint32_t)bytes_be(q->head + 20, 4);

	if (version != 2 && version != 3)
		return UNREAD(r, "it is qcow2 of version %" PRIu32 "; 2 and 3 are known", version);
	if (bits < 9 || bits > 21)
		return BROKEN(r, "its clusters would be of 2^%" PRIu32 " bytes", bits);
	q->cluster = 1u << bits;
	q->header_length = version == 2 ? HEADER_V2 : (uint32_t)bytes_be(q->head + 100, 4);
	q->incompatible = version == 2 ? 0 : bytes_be(q->head + 72, 8);
	q->backing_at = bytes_be(q->head + 8, 8);
	if (version == 3 && (q->header_length < HEADER_V3 || q->header_length > q->cluster ||
				    q->header_length > HEAD_MAX))
		return BROKEN(r, "its header would have %" PRIu32 " bytes", q->header_length);
	if (bytes_be(q->head + 32, 4) != 0)
		return UNREAD(r, "it is encrypted");
	if (q->incompatible & ~(uint64_t)KNOWN)
		return UNREAD(r, "it needs features that are not known here (%" PRIx64 ")",
			q->incompatible & ~(uint64_t)KNOWN);
	if (version == 3 && q->header_length > HEADER_V3 && q->head[104] > 1)
		return UNREAD(r, "its compression is of kind %d; deflate and zstd are known",
			q->head[104]);
	return 0;
}

static int read_size(struct reading *r, const struct qcow2 *q)
{
	const uint64_t size = bytes_be(q->head + 24, 8), l1_at = bytes_be(q->head + 40, 8);
	const uint64_t l1_entries = bytes_be(q->head + 36, 4);
	const uint64_t each =
		(uint64_t)q->cluster * (q->cluster / (q->incompatible & SMALL_CLUSTERS ? 16 : 8));

	if (size == 0)
		return BROKEN(r, "the disk in it would have no bytes");
	if (l1_entries * 8 > L1_MAX)
		return BROKEN(r, "its table would have %" PRIu64 " entries", l1_entries);
	if (l1_at % q->cluster || l1_at > r->from->size || l1_entries * 8 > r->from->size - l1_at)
		return BROKEN(r, "its table lies outside it: is it cut off?");
	r->to->size = size;
	return head_check_room(r, size, l1_entries, each);
}

/* Copy a name of @len bytes. */
static int take_name(struct reading *r, const uint8_t *from, uint64_t len, char *to, size_t size)
{
	if (len == 0 || len >= size || memchr(from, '\0', len))
		return BROKEN(r, "a file's name in it has %" PRIu64 " bytes, or holds a zero", len);
	memcpy(to, from, len);
	to[len] = '\0';
	return 0;
}

static int take_extension(struct reading *r, uint32_t kind, const uint8_t *data, uint32_t len)
{
	switch (kind) {
	case EXTENSION_BACKING:
		return take_name(r, data, len, r->to->guest_backing_format,
			sizeof(r->to->guest_backing_format));
	case EXTENSION_DATA_FILE:
		return take_name(
			r, data, len, r->to->guest_data_file, sizeof(r->to->guest_data_file));
	case EXTENSION_CRYPTO:
		return UNREAD(r, "it is encrypted");
	default:
		return 0;
	}
}

static int read_extensions(struct reading *r, const struct qcow2 *q)
{
	uint64_t end = q->backing_at ? q->backing_at : q->cluster;
	uint64_t at = q->header_length;
	int result = 0;

	if (end > HEAD_MAX)
		end = HEAD_MAX;
	while (result == 0 && at + 8 <= end) {
		uint32_t kind = (uint32_t)bytes_be(q->head + at, 4);
		uint32_t len = (uint32_t)bytes_be(q->head + at + 4, 4);

		if (kind == 0)
			return 0;
		if (len > end - at - 8)
			return BROKEN(r, "a part of its header reaches beyond the header");
		result = take_extension(r, kind, q->head + at + 8, len);
		at += 8 + (((uint64_t)len + 7) & ~UINT64_C(7));
	}
	return result;
}

static int read_backing(struct reading *r, const struct qcow2 *q)
{
	uint8_t name[IMAGE_NAME_MAX];
	uint32_t len = (uint32_t)bytes_be(q->head + 16, 4);
	int result;

	if (q->backing_at == 0)
		return 0;
	if (len == 0 || len >= sizeof(name) || q->backing_at > q->cluster - len)
		return BROKEN(r, "its backing file's name would have %" PRIu32 " bytes", len);
	result = head_need(r, q->backing_at, name, len);
	return result < 0 ? result
			  : take_name(r, name, len, r->to->guest_backing,
				    sizeof(r->to->guest_backing));
}

static int check_data_file(struct reading *r, const struct qcow2 *q)
{
	r->to->has_data_file = q->incompatible & DATA_FILE;
	if (r->to->has_data_file && !r->to->guest_data_file[0])
		return BROKEN(r, "its data lies in another file, and it doesn't say in which");
	if (!r->to->has_data_file)
		r->to->guest_data_file[0] = '\0';
	return 0;
}

int qcow2_read(struct reading *r)
{
	static uint8_t head[HEAD_MAX];
	struct qcow2 q = {.head = head};
	int result = head_some(r, 0, head, sizeof(head));

	if (result < 0)
		return result;
	if (memcmp(head, "QFI\xfb", 4) != 0)
		return NOT_SO(r);
	if (result < HEADER_V3)
		return BROKEN(r, "it is cut off");
	result = read_fixed(r, &q);
	if (result >= 0)
		result = read_size(r, &q);
	if (result >= 0)
		result = read_extensions(r, &q);
	if (result >= 0)
		result = read_backing(r, &q);
	return result < 0 ? result : check_data_file(r, &q);
}
