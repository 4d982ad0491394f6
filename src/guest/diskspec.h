/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskspec - a guest's disks as its configuration names them */
#ifndef DOMU_GUEST_DISKSPEC_H
#define DOMU_GUEST_DISKSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct diskspec { /* strings malloc'ed */
	char *path;    /* absolute or relative path on the host; "phy:VG/LV" has become "/dev/VG/LV" */
	char *vdev;    /* the guest's name, "/dev/" and decorations (":disk", ":cdrom", "ioemu:") gone; NULL: not said */
	char *format;  /* "raw", "qcow2", ...; NULL: not said */
	bool cdrom;
};

struct disklist {
	struct diskspec *disk;
	size_t n;
};

/*
 * One disk: "phy:PATH,VDEV,MODE", "file:PATH,VDEV,MODE", "tap:aio:PATH,...", "tap2:aio:...", "tap:qcow2:..." (format), a bare path with or without
 * ",VDEV,MODE"; or xl's syntax (xl-disk-configuration(5)): positional "TARGET,FORMAT,VDEV,ACCESS" and key=value mixed (target=, format=, vdev=, access=,
 * devtype=, backendtype=, the rest of the keys accepted and ignored where they don't change what the disk is; script= and backend= are refused: those
 * disks are not files or block devices here), "target=" takes the rest of the text as xl does. Refused with what to hand over instead: drbd:, iscsi:,
 * nbd:, nbd+unix:, rbd:, http(s):. An empty path (a CD drive without a disk) is refused by diskspec_parse(), dropped in a list.
 * -EINVAL with step "diskspec.parse".
 */
int diskspec_parse(const char *text, struct diskspec *ret, struct err *e);

/*
 * A list as xend or a configuration writes it: ['phy:/dev/vg/lv,hda,w', "file:/a b,sda,w"] or [['phy:/dev/vg/lv', 'hda', 'w', None], ...], both spellings
 * mixed, brackets round one list optional ('a' or 'a','b'), blanks and newlines anywhere, Python's string escapes (\\ \' \" \n \t \xHH \ooo) and the
 * u and r prefixes. Read as data, never evaluated; anything else is -EINVAL with step "disklist.parse" and the column in the detail. At most 256 disks.
 * An empty list is an empty list.
 */
int disklist_parse(const char *text, struct disklist *ret, struct err *e);

/* Appends a copy-free: @spec's strings move into the list. -ENOMEM, -E2BIG (step "disklist.add"). */
int disklist_add(struct disklist *list, struct diskspec *spec, struct err *e);

void diskspec_done(struct diskspec *spec);
void disklist_done(struct disklist *list);

#endif
