/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskspec - parse a disk in the syntax of xend, xm or xl */
#ifndef DOMU_SYNTAX_DISKSPEC_H
#define DOMU_SYNTAX_DISKSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct diskspec {     /* all strings are malloc'ed */
	char *path;   /* on the host, absolute or relative; "phy:VG/LV" becomes "/dev/VG/LV" */
	char *vdev;   /* the guest's name without /dev/, :disk, :cdrom, ioemu:; NULL if not given */
	char *format; /* "raw", "qcow2", ...; "raw" after phy: and aio:, too; NULL if not given */
	bool cdrom;
};

struct disklist {
	struct diskspec *disk;
	size_t n;
};

#define DISKLIST_MAX 256

/*
 * Parse one disk. The syntax is one of
 * - xend's: "phy:PATH,VDEV,MODE", "file:PATH,VDEV,MODE", "tap:aio:PATH,...", "tap2:aio:...", or
 *   "tap:qcow2:..." with a format. A backend and a protocol may follow.
 * - a bare path, with or without ",VDEV,MODE"
 * - xl's, see xl-disk-configuration(5): positional "TARGET,FORMAT,VDEV,ACCESS" mixed with keys
 *   (target=, format=, vdev=, access=, devtype=, backendtype=). Keys that do not affect the disk's
 *   contents are ignored. "target=" takes the rest of the text.
 * Without a prefix, the part after the path is the format if it is empty or names one, else VDEV. A
 * relative path that begins like a prefix or a key is written "./NAME".
 *
 * Refused are script= and a backend other than this domain (0, Domain-0), as those disks are not
 * files or block devices of this host; unknown keys and prefixes; drbd:, iscsi:, nbd:, enbd:,
 * nbd+unix:, rbd:, http(s):, with a detail that says what to pass instead; and an empty path (an
 * empty CD drive).
 *
 * Returns: 0, or a negative errno with *@ret unchanged
 * Errors: -EINVAL if the text is invalid or refused; -ENOMEM; step "diskspec.parse"
 */
int diskspec_parse(const char *text, struct diskspec *ret, struct err *e);

/* Parse a disk that may be an empty CD drive: its path is NULL. Otherwise as diskspec_parse(). */
int diskspec_parse_drive(const char *text, struct diskspec *ret, struct err *e);

/*
 * Parse a disk given as xend's parts: uname, device, mode, backend, protocol; NULL for None. An
 * empty drive is permitted. Otherwise as diskspec_parse().
 */
int diskspec_from_parts(const char *const *part, size_t n, struct diskspec *ret, struct err *e);

/*
 * Parse a list of disks as xend or a configuration has it: ['phy:/dev/vg/lv,hda,w', "file:/a
 * b,sda,w"] or [['phy:/dev/vg/lv', 'hda', 'w', None], ...]. Both forms may be mixed; the outer
 * brackets are optional for a list of strings ('a' or 'a','b'). Blanks and newlines may appear
 * anywhere. Strings may have Python's u and r prefixes and the escapes \\ \' \" \n \t \xHH \ooo.
 * Nothing is evaluated.
 * @ret: without the empty CD drives; empty for an empty text or list
 * Returns: 0, or a negative errno with *@ret unchanged
 * Errors: -EINVAL, step "disklist.parse": the detail has the column (in bytes, from 1); those of
 * diskspec_parse() and disklist_add()
 */
int disklist_parse(const char *text, struct disklist *ret, struct err *e);

/*
 * Append a disk.
 * @spec: its strings move to the list and it is emptied; unchanged on failure
 * Returns: 0, or a negative errno
 * Errors: -E2BIG if the list has DISKLIST_MAX disks; -ENOMEM; step "disklist.add"
 */
int disklist_add(struct disklist *list, struct diskspec *spec, struct err *e);

/* Free the strings, or the list with its disks. */
void diskspec_done(struct diskspec *spec);
void disklist_done(struct disklist *list);

#endif
