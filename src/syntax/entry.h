/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - parse [DEV:]KERNEL[,INITRD]... */
#ifndef DOMU_SYNTAX_ENTRY_H
#define DOMU_SYNTAX_ENTRY_H

#include "base/err.h"

#define ENTRY_INITRDS_MAX 8

struct entry {	      /* all strings are malloc'ed */
	char *dev;    /* as written; NULL: the guest's fstab determines the filesystems */
	char *kernel; /* begins with '/' */
	char *initrd[ENTRY_INITRDS_MAX]; /* each begins with '/'; concatenated in this order */
	unsigned int n_initrds;
};

/*
 * Parse an entry, [DEV:]KERNEL[,INITRD]...
 * DEV ends at the last ':' before a '/', else at the last ':' (by-path names contain colons). With
 * DEV, a leading '/' is added to paths that lack it. Without DEV, the kernel and each initrd must
 * begin with '/'; other words are reserved. "KERNEL," means no initrd.
 * Returns: 0, or a negative errno with *@ret unchanged
 * Errors: -EINVAL, step "entry.parse", with a detail: an empty DEV or kernel, an empty initrd among
 * several, more than ENTRY_INITRDS_MAX of them, a control character, a path of PATH_MAX bytes or
 * more; -ENOMEM
 */
int entry_parse(const char *text, struct entry *ret, struct err *e);

/* Free the strings. */
void entry_done(struct entry *entry);

#endif
