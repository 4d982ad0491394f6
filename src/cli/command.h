/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - the table of commands */
#ifndef DOMU_CLI_COMMAND_H
#define DOMU_CLI_COMMAND_H

#include "plan/argv.h"
#include "plan/job.h"
#include "plan/options.h"

#define COMMAND_NAME "[COMMAND]" /* arguments: the name of a command */

struct command {
	const char *name, *summary;
	const char *text;	    /* for --help: what it does; whole lines */
	const char *const *options; /* options that it accepts, ended by NULL; -v, --help and the
				       like are always accepted */
	const char *arguments;	    /* for --help: "DISK..."; NULL: none */
	bool unconfigured;	    /* does not read the configuration */
	/*
	 * One of these two is set. A job is run like the main one, by front and keeper, and its
	 * result goes to standard output. run() prints its own output, and returns an exit code, or
	 * a negative errno with *e set.
	 */
	const struct job *job;
	int (*run)(const struct options *o, struct err *e);
};

/*
 * Find the command that the first argument names exactly. Common options before it are moved after
 * it, so that the name becomes argv[1].
 * Returns: NULL if there is none, as for a toolstack, whose first argument is another option. A
 * disk with a command's name is specified as ./list.
 */
const struct command *command_take(int argc, char **argv);

/*
 * Refuse a word that is neither a command nor a disk but like a command's name. Called before the
 * options are parsed, since they may be that command's.
 * Errors: step "options.command"
 */
int command_misspelt(int argc, char **argv, struct err *e);

/* The words of the command line, starting with the command's name. */
struct words command_words(const struct command *c, int argc, char **argv);

/* The @i-th command; NULL after the last. */
const struct command *command_at(size_t i);

/* Print a command's help. @all: every option on its own line. */
void command_help(const struct command *c, bool all, FILE *to);

/* Print the program's help: usage, options and commands. */
void program_help(bool all, FILE *to);

#endif
