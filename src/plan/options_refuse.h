/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_refuse - explain what is wrong with an option, a sentence for each mistake */
#ifndef DOMU_PLAN_OPTIONS_REFUSE_H
#define DOMU_PLAN_OPTIONS_REFUSE_H

#include "base/err.h"
#include "plan/options_table.h"

/*
 * All return -EINVAL with step "options.unknown".
 * @word: the argument with the option
 * @options: names that the command accepts, ended by NULL; NULL: the main job's
 */

/* The last argument lacks the value that @row needs. */
int options_refuse_missing(const char *word, const struct option_row *row, struct err *e);

/* A value for an option without one: "--quiet=1". */
int options_refuse_value(const char *word, struct err *e);

/* An unknown letter: "-z", @letter in "-vz", "-entry" instead of "--entry". */
int options_refuse_letter(const char *word, char letter, const char *const *options, struct err *e);

/* A long option that is unknown, ambiguous or not of this command: "--outptu". */
int options_refuse_long(const char *word, const char *const *options, struct err *e);

#endif
