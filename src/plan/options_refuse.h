/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_refuse - what is wrong with an option of the command line, a sentence for each mistake */
#ifndef DOMU_PLAN_OPTIONS_REFUSE_H
#define DOMU_PLAN_OPTIONS_REFUSE_H

#include "base/err.h"
#include "plan/options_table.h"

/*
 * Each returns -EINVAL with step "options.unknown". @word is the argument that holds the option,
 * @options the names that a command takes, up to NULL; NULL: the main job.
 */

/* The argument is the last one, and @row needs a value. */
int options_refuse_missing(const char *word, const struct option_row *row, struct err *e);

/* "--quiet=1" */
int options_refuse_value(const char *word, struct err *e);

/* "-z", or @letter in "-vz"; "-entry" where "--entry" is meant. */
int options_refuse_letter(const char *word, char letter, const char *const *options, struct err *e);

/* "--outptu": unknown, short for several, or not of this command. */
int options_refuse_long(const char *word, const char *const *options, struct err *e);

#endif
