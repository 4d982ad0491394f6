/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_set - store an option's value in struct options */
#ifndef DOMU_PLAN_OPTIONS_SET_H
#define DOMU_PLAN_OPTIONS_SET_H

#include "base/err.h"
#include "plan/options_table.h"

/*
 * Check a value and store it in @o, as the option's row specifies.
 * Errors: steps "options.value", "options.count", "options.later"
 */
int option_set(const struct option_row *row, const char *value, struct options *o, struct err *e);

/*
 * Set an option by its key in the configuration file.
 * Errors: -ENOENT if there is no such key, or it is not allowed in a file; those of option_set()
 */
int options_set_key(const char *key, const char *value, struct options *o, struct err *e);

/* Returns the key most like @key, or NULL. */
const char *options_near_key(const char *key);

#endif
