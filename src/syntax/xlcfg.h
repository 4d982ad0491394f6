/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xlcfg - parse what booting needs from a guest's configuration for xl or xend; nothing is
 * evaluated
 */
#ifndef DOMU_SYNTAX_XLCFG_H
#define DOMU_SYNTAX_XLCFG_H

#include <stddef.h>

#include "base/err.h"

/* All strings are malloc'ed; NULL if not set. The last assignment counts. */
struct xlcfg {
	char *name, *type, *builder;
	char *bootloader, *bootentry, *kernel, *ramdisk;
	char *root, *extra, *cmdline;
	char *disk; /* the list's text, comments blanked, for disklist_parse() */
	char **arg; /* bootloader_args, or xend's bootargs: a list, or a text split at blanks */
	size_t n_arg;
};

#define XLCFG_ARGS_MAX 64

/*
 * Parse assignments "KEY = VALUE", one a line or separated by ';', and comments. The value of a key
 * in struct xlcfg is a quoted string; disk, bootloader_args and bootargs may also be a list, over
 * several lines. None unsets. Other keys and statements are skipped, with their brackets and
 * strings. Nothing is evaluated.
 * @file: name for messages
 * Returns: 0, or a negative errno with *@ret unchanged
 * Errors: -EINVAL, step "xlcfg.parse", subject @file, line and column (in bytes, from 1) in the
 * detail; -ENOMEM
 */
int xlcfg_parse(const char *text, const char *file, struct xlcfg *ret, struct err *e);

/* Free the strings. */
void xlcfg_done(struct xlcfg *c);

#endif
