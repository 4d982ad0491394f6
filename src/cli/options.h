/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - one table: name, argument, help, setter */
#ifndef DOMU_CLI_OPTIONS_H
#define DOMU_CLI_OPTIONS_H

#include <stdio.h>

#include "cli/words.h"
#include "run/plan.h"

/* Whether these @len bytes are an option of the main job: "-q", "--entry". */
bool options_is_known(const char *text, size_t len);

/*
 * What --output says, before anything can fail: the last one of the command line, whatever else is
 * wrong with it. NULL: none.
 */
const char *options_find_output(const struct words *words);

/*
 * Reads the command line over what @o holds. Options and positionals in any order, long options
 * abbreviated, the last one wins. Steps "options.*".
 */
int options_parse(const struct words *words, struct options *o, struct err *e);

/*
 * One key of the configuration file: the same setters. -ENOENT when there is no such key, or it
 * makes no sense in a file.
 */
int options_set_key(const char *key, const char *value, struct options *o, struct err *e);

/*
 * The table for people: the main job's options, or those that a command takes (NULL-ended names):
 * what is its own and most used in a line each, the others by name.
 */
void options_help(FILE *to, const char *const *of_command);

/* One row, for who writes a shell's completion. */
struct option_view {
	const char *name;     /* without its dashes */
	int letter;	      /* 0: none */
	const char *argument; /* "FILE"; NULL: it takes none */
	const char *values;   /* all that it takes, blanks between; NULL: any text */
	const char *help;     /* NULL: another option's second name */
};

typedef void (*options_each_fn)(void *arg, const struct option_view *option);

/* Each option that works, in the table's order: the main job's, or those that a command takes. */
void options_each(const char *const *of_command, options_each_fn each, void *arg);

/* The table for the tests that compare it with the manual and the example. */
void options_list(FILE *to);

#endif
