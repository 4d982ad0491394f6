/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_parse - parse the command line by the table of options */
#ifndef DOMU_PLAN_OPTIONS_PARSE_H
#define DOMU_PLAN_OPTIONS_PARSE_H

#include "base/err.h"
#include "plan/argv.h"
#include "plan/options.h"

/* Set the built-in defaults, which configuration and command line override. */
void options_defaults(struct options *o);

/* Whether the @len bytes at @text are an option of the main job: "-q", "--entry". */
bool options_is_known(const char *text, size_t len);

/*
 * Find the value of the last --output, before anything can fail, even if the command line has
 * errors. NULL: none.
 */
const char *options_find_output(const struct words *words);

/*
 * Find the first word that is not an option.
 * Returns: its index; words->n if there is none, or after an unknown option
 */
int options_skip(const struct words *words);

/*
 * Parse the command line into @o, overriding its values. Options and positional arguments may be
 * mixed, and long options abbreviated. If an option is repeated, the last one wins.
 * Errors: steps "options.*"
 */
int options_parse(const struct words *words, struct options *o, struct err *e);

#endif
