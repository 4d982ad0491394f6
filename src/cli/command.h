/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - the table of commands */
#ifndef DOMU_CLI_COMMAND_H
#define DOMU_CLI_COMMAND_H

#include "plan/argv.h"
#include "plan/job.h"
#include "plan/options.h"

struct command {
	const char *name, *summary;
	const char *text;	    /* for --help: what it does; whole lines */
	const char *const *options; /* options that it accepts, ended by NULL; -v, --help and the
				       like are always accepted */
	const char *arguments;	    /* for --help: "DISK..."; NULL: none */
	/*
	 * One of these two is set. A job is run like the main one, by front and keeper, and its
	 * result goes to standard output. run() prints its own output, and returns an exit code, or
	 * a negative errno with *e set.
	 */
	const struct job *job;
	int (*run)(const struct options *o, struct err *e);
};

/*
 * Find a command by its exact name, or return NULL. A toolstack's first argument starts with '-'. A
 * disk with the name of a command can be written as ./list.
 */
const struct command *command_by_name(const char *word);

/*
 * Refuse @word if it looks like a misspelt command: it is no command, no option and no existing
 * file. To be called before the options are parsed, which may be that command's.
 * Errors: -EINVAL, step "options.command"; the detail suggests the command
 */
int command_misspelt(const char *word, struct err *e);

/* The words of the command line, starting with the command's name. */
struct words command_words(const struct command *c, int argc, char **argv);

/* The @i-th command; NULL after the last. */
const struct command *command_at(size_t i);

/* Print the help of a command. */
void command_help(const struct command *c, FILE *to);

/* Print the program's help: usage, options and commands. */
void program_help(FILE *to);

#endif
