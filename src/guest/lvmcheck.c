/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmcheck - validate an LVM report that another process has parsed */
#include <errno.h>
#include <stdbool.h>

#include "guest/lvmreport.h"
#include "guest/lvmrows.h"

#define SECTOR 512

/* A string from another process may lack its NUL. */
#define TERMINATE(field) ((field)[sizeof(field) - 1] = '\0')

/* Segments have their own areas, in order, so that no volume has more than there are. */
static bool are_segments_sound(const struct lvm_report *r)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->n_segments; i++) {
		const struct lvm_segment *s = &r->segment[i];

		if (s->first_area != n || s->n_areas > r->n_areas - n || s->size % SECTOR ||
			s->stripe_size % SECTOR || !lvmreport_is_even(s))
			return false;
		n += s->n_areas;
	}
	return true;
}

static bool is_lv_sound(const struct lvm_report *r, struct lvm_lv *lv)
{
	uint64_t size = 0;

	TERMINATE(lv->guest_name);
	TERMINATE(lv->guest_uuid);
	TERMINATE(lv->kind);
	if (!lvmrows_is_made_of(lv->guest_name, "-_+./") || !lvmrows_is_made_of(lv->kind, "-_+"))
		return false;
	if (lv->first_segment > r->n_segments || lv->n_segments > r->n_segments - lv->first_segment)
		return false;
	for (unsigned int i = 0; i < lv->n_segments; i++)
		if (__builtin_add_overflow(size, r->segment[lv->first_segment + i].size, &size))
			return false;
	return lv->kind[0] || (lv->n_segments > 0 && size == lv->size);
}

static bool lvmcheck_is_device(int32_t device, unsigned int n_devices)
{
	return device >= -1 && device < (int64_t)n_devices;
}

static bool are_pvs_sound(struct lvm_report *r, unsigned int n_devices)
{
	for (unsigned int i = 0; i < r->n_pvs; i++) {
		TERMINATE(r->pv[i].guest_uuid);
		if (!lvmcheck_is_device(r->pv[i].device, n_devices) ||
			!lvmrows_is_made_of(r->pv[i].guest_uuid, "-"))
			return false;
	}
	return true;
}

static bool are_areas_sound(const struct lvm_report *r, unsigned int n_devices)
{
	for (unsigned int i = 0; i < r->n_areas; i++)
		if (!lvmcheck_is_device(r->area[i].device, n_devices) || r->area[i].start % SECTOR)
			return false;
	return true;
}

int lvmreport_check(struct lvm_report *r, unsigned int n_devices)
{
	if (r->n_pvs > LVM_PVS_MAX || r->n_lvs > LVM_LVS_MAX || r->n_segments > LVM_SEGMENTS_MAX ||
		r->n_areas > LVM_AREAS_MAX)
		return -EPROTO;
	if (!are_pvs_sound(r, n_devices) || !are_areas_sound(r, n_devices) ||
		!are_segments_sound(r))
		return -EPROTO;
	for (unsigned int i = 0; i < r->n_lvs; i++)
		if (!is_lv_sound(r, &r->lv[i]))
			return -EPROTO;
	return 0;
}
