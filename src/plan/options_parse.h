/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_parse - the command line, word by word, by the table */
#ifndef DOMU_PLAN_OPTIONS_PARSE_H
#define DOMU_PLAN_OPTIONS_PARSE_H

#include "base/err.h"
#include "plan/argv.h"
#include "plan/options.h"

/* The built-in defaults, under the configuration and the command line. */
void options_defaults(struct options *o);

/* Whether these @len bytes are an option of the main job: "-q", "--entry". */
bool options_is_known(const char *text, size_t len);

/*
 * What --output says, before anything can fail: the last one of the command line, whatever else is
 * wrong with it. NULL: none.
 */
const char *options_find_output(const struct words *words);

/*
 * Where the first word stands that is no option; words->n: nowhere, or behind an option that is not
 * known.
 */
int options_skip(const struct words *words);

/*
 * Reads the command line over what @o holds. Options and positionals in any order, long options
 * abbreviated, the last one wins. Steps "options.*".
 */
int options_parse(const struct words *words, struct options *o, struct err *e);

#endif
