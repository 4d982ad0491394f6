/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmdk - VMDK: a sparse file with an embedded descriptor, or a descriptor of files */
#include <inttypes.h>
#include <stdio.h>

#include "image/formats.h"

#define SECTOR	   512u
#define HEADER	   79u
#define TEXT_MAX   (20u << 10) /* bytes of a descriptor; qemu's limit */
#define TITLE	   "# Disk DescriptorFile"
#define NO_PARENT  0xffffffffu
#define AT_THE_END UINT64_MAX /* stream-optimized: the footer replaces the header */

/* ---- sparse file ---- */

/* Check the values that determine how much memory qemu allocates. */
static int check_sparse(struct reading *r, const uint8_t *h)
{
	const uint64_t version = bytes_le(h + 4, 4), capacity = bytes_le(h + 12, 8);
	const uint64_t grain = bytes_le(h + 20, 8), per_table = bytes_le(h + 44, 4);

	if (version < 1 || version > 3)
		return UNREAD(
			r, "it is vmdk of version %" PRIu64 "; only 1 to 3 are supported", version);
	if (capacity == 0)
		return UNREAD(r, "its header specifies a capacity of 0");
	if (bytes_le(h + 77, 2) > 1)
		return UNREAD(r, "its compression is unknown");
	if (capacity > INT64_MAX / SECTOR || !head_is_power(grain) || grain > 1u << 20 ||
		per_table == 0 || per_table > 512)
		return BROKEN(r, "its sizes are invalid");
	if (head_count(capacity, grain * per_table) > IMAGE_TABLE_MAX / 8)
		return BROKEN(r, "its header specifies %" PRIu64 " sectors in tables of %" PRIu64,
			capacity, per_table);
	return 0;
}

static int check_footer(struct reading *r, uint64_t capacity)
{
	uint8_t footer[HEADER];
	int result;

	if (r->from->size < 3 * SECTOR)
		return BROKEN(r, "it is cut off");
	result = head_need(r, r->from->size - 2 * SECTOR, footer, sizeof(footer));
	if (result < 0)
		return result;
	if (memcmp(footer, "KDMV", 4) != 0)
		return BROKEN(r, "it has no footer: is it cut off?");
	if (bytes_le(footer + 12, 8) != capacity)
		return BROKEN(r, "its header and its footer contradict each other");
	return check_sparse(r, footer);
}

/* ---- descriptor ---- */

struct text {
	char bytes[TEXT_MAX + 1];
	char *next;
};

static char *next_line(struct text *t)
{
	char *line = t->next;

	if (!line || !*line)
		return NULL;
	t->next = line + strcspn(line, "\r\n");
	if (*t->next)
		*t->next++ = '\0';
	return line + strspn(line, " \t");
}

static int take_extent(struct reading *r, const char *line)
{
	struct image_extent x = {0};
	char kind[16] = "", quote = 0;
	int n = sscanf(line, "RW %" SCNu64 " %15s \"%255[^\n\r\"]%c %" SCNu64, &x.sectors, kind,
		x.guest_name, &quote, &x.offset);

	if (n < 2)
		return 0; /* not an extent to read: a comment, or NOACCESS */
	if (strcmp(kind, "SPARSE") != 0 && strcmp(kind, "FLAT") != 0)
		return UNREAD(r, "it has extents of the kind %s; SPARSE and FLAT are read", kind);
	x.flat = !strcmp(kind, "FLAT");
	if (n < 4 || quote != '"' || x.sectors == 0 || x.sectors > INT64_MAX / SECTOR ||
		x.offset > INT64_MAX / SECTOR || (x.flat ? n != 5 : x.offset != 0))
		return BROKEN(r, "a line of its descriptor is invalid");
	if (r->to->n_extents == IMAGE_EXTENTS_MAX)
		return UNREAD(r, "it has more than %d extents", IMAGE_EXTENTS_MAX);
	if (x.sectors * SECTOR > INT64_MAX - r->to->size)
		return BROKEN(r, "the disk in it would be too large");
	r->to->size += x.sectors * SECTOR;
	r->to->extent[r->to->n_extents++] = x;
	return 0;
}

/* A sparse file's embedded descriptor names only itself: read it without extents. */
static int vmdk_read_text(struct reading *r, struct text *t, bool with_extents)
{
	char *line;
	int result = 0;

	t->next = t->bytes;
	while (result == 0 && (line = next_line(t))) {
		uint64_t parent;

		if (sscanf(line, "parentCID=%" SCNx64, &parent) == 1 && parent != NO_PARENT)
			return UNREAD(r, "it is a differencing image, a snapshot's");
		if (with_extents)
			result = take_extent(r, line);
	}
	return result;
}

static int read_embedded(struct reading *r, const uint8_t *h)
{
	static struct text t;
	const uint64_t at = bytes_le(h + 28, 8), sectors = bytes_le(h + 36, 8);
	uint64_t len = sectors > TEXT_MAX / SECTOR ? TEXT_MAX : sectors * SECTOR;
	int n;

	if (at > INT64_MAX / SECTOR)
		return BROKEN(r, "its description lies outside it");
	memset(&t, 0, sizeof(t));
	n = head_some(r, at * SECTOR, t.bytes, len);
	if (n < 0)
		return n;
	r->to->is_part = memcmp(t.bytes, TITLE, sizeof(TITLE) - 1) != 0;
	return vmdk_read_text(r, &t, false);
}

static int read_sparse(struct reading *r, const uint8_t *h)
{
	const uint64_t capacity = bytes_le(h + 12, 8);
	int result = check_sparse(r, h);

	if (result >= 0 && bytes_le(h + 56, 8) == AT_THE_END)
		result = check_footer(r, capacity);
	if (result >= 0)
		result = read_embedded(r, h);
	if (result >= 0)
		r->to->size = capacity * SECTOR;
	return result;
}

static int read_description(struct reading *r)
{
	static struct text t;
	int result;

	if (r->from->size > TEXT_MAX)
		return BROKEN(r, "its description has more than %u bytes", TEXT_MAX);
	memset(&t, 0, sizeof(t));
	result = head_some(r, 0, t.bytes, TEXT_MAX);
	if (result >= 0)
		result = vmdk_read_text(r, &t, true);
	if (result >= 0 && r->to->n_extents == 0)
		return BROKEN(r, "its description names no extent");
	return result;
}

int vmdk_read(struct reading *r)
{
	uint8_t head[SECTOR];
	int n = head_some(r, 0, head, sizeof(head));

	if (n < 0)
		return n;
	if (!memcmp(head, "KDMV", 4))
		return n < (int)HEADER ? BROKEN(r, "it is cut off") : read_sparse(r, head);
	if (!memcmp(head, "COWD", 4))
		return UNREAD(r, "it is a sparse file of an ESX server");
	if (!memcmp(head, TITLE, sizeof(TITLE) - 1))
		return read_description(r);
	return NOT_SO(r);
}
