/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xlcfg - a guest's configuration for xl or xend: the values that booting it needs, read as data */
#ifndef DOMU_SYNTAX_XLCFG_H
#define DOMU_SYNTAX_XLCFG_H

#include <stddef.h>

#include "base/err.h"

/* Strings malloc'ed; NULL: the configuration does not say. The last assignment counts. */
struct xlcfg {
	char *name, *type, *builder;
	char *bootloader, *bootentry, *kernel, *ramdisk;
	char *root, *extra, *cmdline;
	char *disk; /* the list as it stands, comments blanked: for disklist_parse() */
	char **arg; /* bootloader_args, or xend's bootargs: a list, or a text cut at its blanks */
	size_t n_arg;
};

#define XLCFG_ARGS_MAX 64

/*
 * Reads assignments "KEY = VALUE", one a line or with ';' between them, and comments. Of the keys
 * above a value is a string in quotes, of disk, bootloader_args and bootargs a list of them, too,
 * over as many lines as it likes; None is as if it were not there. What is assigned to other keys,
 * and lines that are no assignment, are passed over, brackets and strings as a whole: nothing is
 * evaluated. Anything else for one of the keys is -EINVAL, step "xlcfg.parse", subject @file
 * (quoted here) with line and column (in bytes, from 1) in the detail; or -ENOMEM. *ret is
 * untouched on failure.
 */
int xlcfg_parse(const char *text, const char *file, struct xlcfg *ret, struct err *e);

void xlcfg_done(struct xlcfg *c);

#endif
