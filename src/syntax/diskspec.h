/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskspec - a guest's disks as its configuration names them */
#ifndef DOMU_SYNTAX_DISKSPEC_H
#define DOMU_SYNTAX_DISKSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct diskspec {     /* strings malloc'ed */
	char *path;   /* on the host, absolute or relative; "phy:VG/LV" has become "/dev/VG/LV" */
	char *vdev;   /* the guest's name without /dev/, :disk, :cdrom, ioemu:; NULL: not said */
	char *format; /* "raw", "qcow2", ..., "raw" after phy: and aio: too; NULL: not said */
	bool cdrom;
};

struct disklist {
	struct diskspec *disk;
	size_t n;
};

#define DISKLIST_MAX 256

/*
 * One disk: "phy:PATH,VDEV,MODE", "file:PATH,VDEV,MODE", "tap:aio:PATH,...", "tap2:aio:...",
 * "tap:qcow2:..." (format), a bare path with or without ",VDEV,MODE"; or xl's syntax
 * (xl-disk-configuration(5)): positional "TARGET,FORMAT,VDEV,ACCESS" and key=value mixed (target=,
 * format=, vdev=, access=, devtype=, backendtype=; those that don't change what the disk is are
 * accepted and ignored). Without a prefix the part after the path is a format where it is empty or
 * the name of one, else it is VDEV. "target=" takes the rest of the text, as in xl. xend's fourth
 * and fifth part, backend and protocol, are read too.
 *
 * Refused: script= and a backend but this domain (0, Domain-0), for those disks are not files or
 * block devices here; keys and prefixes that nobody knows; and, with what to hand over instead,
 * drbd:, iscsi:, nbd:, enbd:, nbd+unix:, rbd:, http(s):. An empty path (a CD drive without a disk)
 * is refused by diskspec_parse(), and so is a list. A relative path that begins like any of them is
 * written "./NAME". -EINVAL with step "diskspec.parse", or -ENOMEM; *ret is untouched then.
 */
int diskspec_parse(const char *text, struct diskspec *ret, struct err *e);

/* The same for a text that may stand for an empty CD drive: path is NULL then. */
int diskspec_parse_drive(const char *text, struct diskspec *ret, struct err *e);

/* The same from xend's list: uname, device, mode, backend, protocol; NULL for None. */
int diskspec_from_parts(const char *const *part, size_t n, struct diskspec *ret, struct err *e);

/*
 * A list as xend or a configuration writes it: ['phy:/dev/vg/lv,hda,w', "file:/a b,sda,w"] or
 * [['phy:/dev/vg/lv', 'hda', 'w', None], ...], both spellings mixed, brackets round one list
 * optional ('a' or 'a','b'), blanks and newlines anywhere, Python's u and r prefixes and string
 * escapes (\\ \' \" \n \t \xHH \ooo). Read as data, never evaluated; anything else is -EINVAL with
 * step "disklist.parse" and the column (in bytes, from 1) in the detail. A disk in it that
 * is wrong is reported as by diskspec_parse(), one disk too many as by disklist_add(). Empty CD
 * drives are left out. An empty list (an empty text too) is an empty list. *ret is untouched on
 * failure.
 */
int disklist_parse(const char *text, struct disklist *ret, struct err *e);

/*
 * Appends a disk without copying it: @spec's strings move into the list, @spec is empty after it.
 * -E2BIG for more than DISKLIST_MAX, -ENOMEM (step "disklist.add"): nothing has moved then.
 */
int disklist_add(struct disklist *list, struct diskspec *spec, struct err *e);

void diskspec_done(struct diskspec *spec);
void disklist_done(struct disklist *list);

#endif
