/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - [DEV:]KERNEL[,INITRD]... */
#ifndef DOMU_SYNTAX_ENTRY_H
#define DOMU_SYNTAX_ENTRY_H

#include "base/err.h"

#define ENTRY_INITRDS_MAX 8

struct entry {	      /* all strings malloc'ed */
	char *dev;    /* as written; NULL: the paths are the guest's, its fstab says where */
	char *kernel; /* begins with '/' */
	char *initrd[ENTRY_INITRDS_MAX]; /* each begins with '/'; one archive after the other */
	unsigned int n_initrds;
};

/*
 * DEV ends at the last ':' that a '/' follows, else at the last ':' (by-path names hold colons); an
 * empty DEV is an error. With DEV a missing leading '/' is added to the paths; without DEV the text
 * must begin with '/' (any other word is reserved and refused), and so must the initrds. "KERNEL,"
 * means no initrd. An empty kernel, an empty initrd among several, more than ENTRY_INITRDS_MAX of
 * them, a control character and a path of PATH_MAX or more are errors. -EINVAL with step
 * "entry.parse", the detail says what is wrong and what it should look like; -ENOMEM.
 */
int entry_parse(const char *text, struct entry *ret, struct err *e);

void entry_done(struct entry *entry);

#endif
