/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmreport - parse lvm's report of a guest's volume groups to a bounded struct */
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

/* A physical volume in a volume group. */
struct lvm_pv {
	unsigned int vg;     /* index of its volume group, from 0 */
	int32_t device;	     /* index of the device that lvm was given; -1 if missing */
	uint64_t start;	     /* offset of its first extent, in bytes */
	char guest_uuid[48]; /* with dashes, as LVM prints it */
};

/* Location of a stripe of a segment. */
struct lvm_area {
	int32_t device; /* -1 if missing */
	uint64_t start; /* offset on the device, in bytes */
};

struct lvm_segment {
	uint64_t size;	      /* bytes; each area has size / n_areas of them */
	uint64_t stripe_size; /* bytes, if n_areas > 1 */
	unsigned int first_area, n_areas;
};

struct lvm_lv {
	unsigned int vg;
	char guest_name[256]; /* "VG/LV", only characters that LVM permits */
	char guest_uuid[72];  /* of group and volume, without dashes, as in dm-uuid-LVM-... */
	char kind[24];	      /* kind if neither linear nor striped: "raid1", "thin"; else "" */
	uint64_t size;	      /* bytes */
	unsigned int first_segment, n_segments; /* in order, without gaps; none if kind is set */
};

struct lvm_report {
	unsigned int n_pvs, n_lvs, n_segments, n_areas;
	struct lvm_pv pv[LVM_PVS_MAX];
	struct lvm_lv lv[LVM_LVS_MAX];
	struct lvm_segment segment[LVM_SEGMENTS_MAX];
	struct lvm_area area[LVM_AREAS_MAX];
};

/*
 * Parse the report from lvm_tool.h. Hidden volumes are not in it. Whether the devices are large
 * enough is not checked.
 * @text: JSON of @len bytes
 * @prefix: the devices in the report are called PREFIX and a number
 * @n_devices: these numbers are below it
 * Returns: 0, or a negative errno; step "lvm.report"
 * Errors: -EBADMSG if it is malformed, inconsistent or names another device; -E2BIG if it exceeds
 * struct lvm_report; -ENOMEM
 */
int lvmreport_parse(const char *text, size_t len, const char *prefix, unsigned int n_devices,
	struct lvm_report *ret, struct err *e);

/* Test whether a segment is not empty and its areas have equally many whole stripes. */
bool lvmreport_is_even(const struct lvm_segment *s);

/*
 * Check that a report from another process is valid as one of lvmreport_parse().
 * Returns: 0, or -EPROTO
 */
int lvmreport_check(struct lvm_report *r, unsigned int n_devices);

#endif
