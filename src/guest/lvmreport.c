/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmreport - parse lvm's report of a guest's volume groups to a bounded struct */
#include "guest/lvmreport.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/num.h"
#include "base/step.h"
#include "guest/lvmrows.h"

#define EXTENTS		UINT32_MAX
#define EXTENT_SIZE_MAX (1ull << 42)

struct parse {
	const char *prefix;
	unsigned int n_devices, vg;
	uint64_t extent; /* bytes; of the current volume group */
	char vg_name[128], vg_uuid[40];
	struct json_object *segments; /* of the current volume group */
	struct lvm_report *to;
	struct err *e;
};

static int too_many(struct parse *p, const char *what, unsigned int max)
{
	FAIL(p->e, -E2BIG, "lvm.report", "%s", what);
	return err_detail(p->e, "there are more than %u", max);
}

bool lvmreport_is_even(const struct lvm_segment *s)
{
	if (s->size == 0 || s->n_areas == 0)
		return false;
	return s->n_areas == 1 || (s->stripe_size > 0 && s->size % s->n_areas == 0 &&
					  s->size / s->n_areas % s->stripe_size == 0);
}

/* ---- physical volumes ---- */

/* Return the number after the prefix in @name, @len bytes; -1 if it is not one of our devices. */
static int device_of(const struct parse *p, const char *name, size_t len)
{
	size_t n = strlen(p->prefix);
	char digits[8] = "";
	uint64_t number;

	if (len <= n || strncmp(name, p->prefix, n) != 0 || len - n >= sizeof(digits))
		return -1;
	memcpy(digits, name + n, len - n);
	if (num_parse(digits, UINT32_MAX, &number) < 0 || number >= p->n_devices)
		return -1;
	return (int)number;
}

static int read_pv(struct parse *p, struct json_object *row)
{
	struct lvm_pv *pv = &p->to->pv[p->to->n_pvs];
	const char *name = lvmrows_text(row, "pv_name");
	int r;

	if (p->to->n_pvs == LVM_PVS_MAX)
		return too_many(p, "physical volumes", LVM_PVS_MAX);
	pv->vg = p->vg;
	pv->device = device_of(p, name, strlen(name));
	if (pv->device < 0 && name[0] != '[')
		return lvmrows_bad(p->e, "pv_name", name);
	r = lvmrows_word(row, "pv_uuid", "-", pv->guest_uuid, sizeof(pv->guest_uuid), p->e);
	if (r >= 0)
		r = lvmrows_bytes(row, "pe_start", &pv->start, p->e);
	if (r >= 0)
		p->to->n_pvs++;
	return r;
}

/* Find the physical volume in the current volume group. */
static const struct lvm_pv *pv_on(const struct parse *p, int device)
{
	for (unsigned int i = 0; i < p->to->n_pvs; i++)
		if (p->to->pv[i].vg == p->vg && p->to->pv[i].device == device)
			return &p->to->pv[i];
	return NULL;
}

/* ---- segments ---- */

/* Parse "5-8" after a device's name: the first and last extent. */
static int read_range(struct parse *p, const char *text, uint64_t *ret_first, uint64_t *ret_n)
{
	char first[16] = "", last[16] = "";
	uint64_t a, b;

	if (sscanf(text, "%15[0-9]-%15[0-9]", first, last) != 2 ||
		num_parse(first, EXTENTS, &a) < 0 || num_parse(last, EXTENTS, &b) < 0 || b < a)
		return lvmrows_bad(p->e, "seg_pe_ranges", text);
	*ret_first = a;
	*ret_n = b - a + 1;
	return 0;
}

/*
 * Parse "/dir/pv0:5-8", or "[unknown]:5-8" for a missing device. Returns 1 if it is on another
 * volume, as during pvmove.
 */
static int read_area(struct parse *p, const char *text, uint64_t size, struct lvm_area *ret)
{
	const char *colon = strrchr(text, ':');
	const struct lvm_pv *pv;
	uint64_t first = 0, n = 0;
	int r;

	if (!colon)
		return lvmrows_bad(p->e, "seg_pe_ranges", text);
	ret->device = device_of(p, text, (size_t)(colon - text));
	ret->start = 0;
	if (ret->device < 0)
		return text[0] == '[' ? 0 : 1;
	r = read_range(p, colon + 1, &first, &n);
	if (r < 0)
		return r;
	pv = pv_on(p, ret->device);
	if (!pv || __builtin_mul_overflow(n, p->extent, &n) || n != size ||
		__builtin_mul_overflow(first, p->extent, &first) ||
		__builtin_add_overflow(first, pv->start, &ret->start))
		return lvmrows_bad(p->e, "seg_pe_ranges", text);
	return 0;
}

static int read_areas(struct parse *p, struct json_object *row, struct lvm_segment *s)
{
	char text[4096], *save = NULL;
	const char *ranges = lvmrows_text(row, "seg_pe_ranges");

	if (strlen(ranges) >= sizeof(text))
		return too_many(p, "areas", LVM_AREAS_MAX);
	strcpy(text, ranges);
	s->first_area = p->to->n_areas;
	for (char *t = strtok_r(text, " ", &save); t; t = strtok_r(NULL, " ", &save)) {
		struct lvm_area area;
		int r = read_area(p, t, s->size / s->n_areas, &area);

		if (r != 0)
			return r;
		if (p->to->n_areas == LVM_AREAS_MAX)
			return too_many(p, "areas", LVM_AREAS_MAX);
		p->to->area[p->to->n_areas++] = area;
	}
	return p->to->n_areas - s->first_area == s->n_areas
		       ? 0
		       : lvmrows_bad(p->e, "seg_pe_ranges", ranges);
}

static int read_numbers(struct parse *p, struct json_object *row, struct lvm_segment *s)
{
	uint64_t n;
	int r = lvmrows_number(row, "stripes", LVM_AREAS_MAX, &n, p->e);

	if (r >= 0)
		r = lvmrows_bytes(row, "seg_size", &s->size, p->e);
	if (r >= 0)
		r = lvmrows_bytes(row, "stripe_size", &s->stripe_size, p->e);
	if (r < 0)
		return r;
	s->n_areas = (unsigned int)n;
	return n > 0 && lvmreport_is_even(s)
		       ? 0
		       : lvmrows_bad(p->e, "stripes", lvmrows_text(row, "stripes"));
}

/* Returns 1 if its kind is not supported, which is recorded in @lv. */
static int read_segment(struct parse *p, struct json_object *row, struct lvm_lv *lv)
{
	struct lvm_segment *s = &p->to->segment[p->to->n_segments];
	const char *type = lvmrows_text(row, "segtype");
	int r;

	if (strcmp(type, "linear") != 0 && strcmp(type, "striped") != 0) {
		r = lvmrows_word(row, "segtype", "-_+", lv->kind, sizeof(lv->kind), p->e);
		return r < 0 ? r : 1;
	}
	if (p->to->n_segments == LVM_SEGMENTS_MAX)
		return too_many(p, "segments", LVM_SEGMENTS_MAX);
	r = read_numbers(p, row, s);
	if (r >= 0)
		r = read_areas(p, row, s);
	if (r > 0)
		strcpy(lv->kind, "pvmove");
	if (r == 0)
		p->to->n_segments++;
	return r;
}

static struct json_object *segment_at(struct parse *p, const char *lv_uuid, uint64_t at)
{
	for (size_t i = 0; i < lvmrows_count(p->segments); i++) {
		struct json_object *row = lvmrows_at(p->segments, i);
		uint64_t start;

		if (!strcmp(lvmrows_text(row, "lv_uuid"), lv_uuid) &&
			num_parse(lvmrows_text(row, "seg_start"), INT64_MAX, &start) == 0 &&
			start == at)
			return row;
	}
	return NULL;
}

/* Read the segments, which must cover the volume without gaps. */
static int lvmreport_read_segments(struct parse *p, struct lvm_lv *lv, const char *lv_uuid)
{
	const unsigned int first_area = p->to->n_areas;
	uint64_t at = 0;
	int r = 0;

	lv->first_segment = p->to->n_segments;
	while (r == 0 && at < lv->size) {
		struct json_object *row = segment_at(p, lv_uuid, at);

		r = row ? read_segment(p, row, lv) : lvmrows_bad(p->e, "seg_start", lv->guest_name);
		if (r == 0)
			at += p->to->segment[p->to->n_segments - 1].size;
	}
	if (r < 0)
		return r;
	if (r > 0) {
		p->to->n_segments = lv->first_segment;
		p->to->n_areas = first_area;
	}
	lv->n_segments = p->to->n_segments - lv->first_segment;
	return r > 0 || at == lv->size ? 0 : lvmrows_bad(p->e, "seg_size", lv->guest_name);
}

/* ---- logical volumes ---- */

/* The kind by the first letter of lv_attr, for volumes that look linear but are not. */
static const char *kind_of_attr(char attr)
{
	static const char attrs[] =
		"-osSOpc"; /* o: the origin of snapshots is complete in itself */
	static const char *const kinds[] = {
		"", "", "snapshot", "snapshot", "merging", "pvmove", "converting"};
	_Static_assert(COUNT(kinds) == sizeof(attrs) - 1, "each letter has its kind");
	const char *at = attr ? strchr(attrs, attr) : NULL;

	return at ? kinds[at - attrs] : NULL;
}

static void without_dashes(const char *from, char *to)
{
	for (; *from; from++)
		if (*from != '-')
			*to++ = *from;
	*to = '\0';
}

static int lvmreport_read_names(
	struct parse *p, struct json_object *row, struct lvm_lv *lv, char uuid[40])
{
	char name[128] = "", both[80];
	int r = lvmrows_word(row, "lv_name", "-_+.", name, sizeof(name), p->e);

	if (r >= 0)
		r = lvmrows_word(row, "lv_uuid", "-", uuid, 40, p->e);
	if (r < 0)
		return r;
	snprintf(lv->guest_name, sizeof(lv->guest_name), "%s/%s", p->vg_name, name);
	snprintf(both, sizeof(both), "%s%s", p->vg_uuid, uuid);
	if (strlen(both) - 10 >= sizeof(lv->guest_uuid))
		return lvmrows_bad(p->e, "lv_uuid", uuid);
	without_dashes(both, lv->guest_uuid);
	return 0;
}

static int read_lv(struct parse *p, struct json_object *row)
{
	struct lvm_lv *lv = &p->to->lv[p->to->n_lvs];
	const char *kind = kind_of_attr(lvmrows_text(row, "lv_attr")[0]);
	char uuid[40] = "";
	int r;

	if (p->to->n_lvs == LVM_LVS_MAX)
		return too_many(p, "logical volumes", LVM_LVS_MAX);
	lv->vg = p->vg;
	r = lvmreport_read_names(p, row, lv, uuid);
	if (r >= 0)
		r = lvmrows_bytes(row, "lv_size", &lv->size, p->e);
	if (r >= 0 && lv->size == 0)
		r = lvmrows_bad(p->e, "lv_size", lv->guest_name);
	if (r < 0)
		return r;
	if (kind && *kind)
		strcpy(lv->kind, kind);
	else
		r = lvmreport_read_segments(p, lv, uuid);
	if (r >= 0)
		p->to->n_lvs++;
	return r;
}

/* ---- volume groups ---- */

static int each_row(struct parse *p, struct json_object *array,
	int (*read)(struct parse *, struct json_object *))
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < lvmrows_count(array); i++)
		r = read(p, lvmrows_at(array, i));
	return r;
}

/* Physical volumes without a volume group form a nameless one, which has no volumes. */
static int read_group(struct parse *p, struct json_object *group)
{
	struct json_object *vg = lvmrows_array(group, "vg");
	int r;

	if (lvmrows_count(vg) == 0)
		return 0;
	vg = lvmrows_at(vg, 0);
	r = lvmrows_word(vg, "vg_name", "-_+.", p->vg_name, sizeof(p->vg_name), p->e);
	if (r >= 0)
		r = lvmrows_word(vg, "vg_uuid", "-", p->vg_uuid, sizeof(p->vg_uuid), p->e);
	if (r >= 0)
		r = lvmrows_bytes(vg, "vg_extent_size", &p->extent, p->e);
	if (r >= 0 && (p->extent == 0 || p->extent > EXTENT_SIZE_MAX))
		r = lvmrows_bad(p->e, "vg_extent_size", lvmrows_text(vg, "vg_extent_size"));
	if (r >= 0)
		r = each_row(p, lvmrows_array(group, "pv"), read_pv);
	p->segments = lvmrows_array(group, "seg");
	if (r >= 0)
		r = each_row(p, lvmrows_array(group, "lv"), read_lv);
	p->vg++;
	return r;
}

int lvmreport_parse(const char *text, size_t len, const char *prefix, unsigned int n_devices,
	struct lvm_report *ret, struct err *e)
{
	struct parse p = {.prefix = prefix, .n_devices = n_devices, .to = ret, .e = e};
	struct json_object *root = NULL;
	int r = lvmrows_open(text, len, &root, e);

	memset(ret, 0, sizeof(*ret));
	if (r >= 0)
		r = each_row(&p, lvmrows_array(root, "report"), read_group);
	lvmrows_close(root);
	return r;
}
