/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_set - what is said of an option, into its member of struct options */
#ifndef DOMU_PLAN_OPTIONS_SET_H
#define DOMU_PLAN_OPTIONS_SET_H

#include "base/err.h"
#include "plan/options_table.h"

/* The value into @o, as the row says. Step "options.value" and those of options.h. */
int option_set(const struct option_row *row, const char *value, struct options *o, struct err *e);

/*
 * One key of the configuration file: the same setters. -ENOENT when there is no such key, or it
 * makes no sense in a file.
 */
int options_set_key(const char *key, const char *value, struct options *o, struct err *e);

/* The key that may have been meant; NULL: none is near. */
const char *options_near_key(const char *key);

#endif
