/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_text - the table of options as text: for --help, shells and tests */
#ifndef DOMU_PLAN_OPTIONS_TEXT_H
#define DOMU_PLAN_OPTIONS_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Print the options: the most used ones on a line each, the others by name.
 * @options: names that a command accepts, ended by NULL; NULL: the main job's
 * @all: every option on its own line
 */
void options_help(FILE *to, const char *const *of_command, bool all);

/* One row, for a shell's completion. */
struct option_view {
	const char *name;     /* without its dashes */
	int letter;	      /* 0: none */
	const char *argument; /* "FILE"; NULL: none */
	const char *values;   /* all values, separated by blanks; NULL: any text */
	const char *help;     /* NULL: an alias of another option */
};

typedef void (*options_each_fn)(void *arg, const struct option_view *option);

/*
 * Call @each for each supported option, in the table's order: those of the main job, or of a
 * command.
 */
void options_each(const char *const *of_command, options_each_fn each, void *arg);

/* Print the table, for tests that compare it with the manual and the example. */
void options_list(FILE *to);

#endif
