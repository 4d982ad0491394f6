/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmreport - what lvm reports of a guest's volume groups, as a bounded struct */
#ifndef DOMU_GUEST_LVMREPORT_H
#define DOMU_GUEST_LVMREPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define LVM_PVS_MAX	 32
#define LVM_LVS_MAX	 128
#define LVM_SEGMENTS_MAX 256
#define LVM_AREAS_MAX	 512

/* A physical volume of some group. */
struct lvm_pv {
	unsigned int vg;     /* its group's number, from 0 */
	int32_t device;	     /* which of the devices that lvm saw; -1: it is missing */
	uint64_t start;	     /* bytes: where its first extent begins */
	char guest_uuid[48]; /* as LVM writes it, with dashes */
};

/* Where a part of a segment lies. */
struct lvm_area {
	int32_t device; /* -1: on a missing one */
	uint64_t start; /* bytes on the device */
};

struct lvm_segment {
	uint64_t size;	      /* bytes; each area holds size / n_areas of them */
	uint64_t stripe_size; /* bytes, where there are several areas */
	unsigned int first_area, n_areas;
};

struct lvm_lv {
	unsigned int vg;
	char guest_name[256]; /* "VG/LV", of the characters that LVM allows */
	char guest_uuid[72];  /* of the group and the volume, without dashes: as in dm-uuid-LVM-...
			       */
	char kind[24];	      /* what it is that is not linear or striped: "raid1", "thin"; "" */
	uint64_t size;	      /* bytes */
	unsigned int first_segment, n_segments; /* in order, without gaps; none where kind is set */
};

struct lvm_report {
	unsigned int n_pvs, n_lvs, n_segments, n_areas;
	struct lvm_pv pv[LVM_PVS_MAX];
	struct lvm_lv lv[LVM_LVS_MAX];
	struct lvm_segment segment[LVM_SEGMENTS_MAX];
	struct lvm_area area[LVM_AREAS_MAX];
};

/*
 * Reads sys/lvm's report: @text of @len bytes, in which the devices are called PREFIX and their
 * number, from 0 to below @n_devices. Hidden volumes are not in it. -EBADMSG when it is none,
 * contradicts itself or names something else; -E2BIG when it tells of more than fits. Whether the
 * devices are large enough is not looked at. Step "lvm.report".
 */
int lvmreport_parse(const char *text, size_t len, const char *prefix, unsigned int n_devices,
	struct lvm_report *ret, struct err *e);

/* Several areas are filled by turns, and evenly; a segment is not empty. */
bool lvmreport_is_even(const struct lvm_segment *s);

/* What the parser promises of a report, for one that comes from elsewhere: 0, or -EPROTO. */
int lvmreport_check(struct lvm_report *r, unsigned int n_devices);

#endif
