/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - one table: name, argument, help, setter */
#ifndef DOMU_CLI_OPTIONS_H
#define DOMU_CLI_OPTIONS_H

#include <stdio.h>

#include "run/plan.h"

/*
 * A command line, word by word: an argument that begins with '-' is split at each blank or newline
 * that a known option follows (libvirt passes all of <bootloader_args> as one), and what is blank
 * around its parts is left out; an --args=TEXT stays as it is.
 * Options point into the words, which therefore live to the program's end. NULL words: no memory.
 */
struct words {
	int n;
	char **word;
	const char *const *options; /* NULL: those of the main job; a command: names, up to NULL */
	unsigned int positionals;   /* how many it takes at most */
};

struct words options_split(int argc, char **argv);

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
 * The table for people: the main job's options, or those that a command takes (NULL-ended names).
 */
void options_help(FILE *to, const char *const *of_command);

/* The table for the tests that compare it with the manual and the example, and for completion. */
void options_list(FILE *to);

#endif
