/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - the table of commands */
#ifndef DOMU_CLI_COMMAND_H
#define DOMU_CLI_COMMAND_H

#include "plan/argv.h"
#include "plan/job.h"
#include "plan/options.h"

#define COMMAND_NAME "[COMMAND]" /* the arguments of one that takes another's name */

struct command {
	const char *name, *summary;
	const char *text;	    /* for --help: what it does; whole lines */
	const char *const *options; /* options that it accepts, ended by NULL; -v, --help and the
				       like are always accepted */
	const char *arguments;	    /* for --help: "DISK..."; NULL: none */
	bool unconfigured;	    /* it reads no configuration */
	/*
	 * One of these two is set. A job is run like the main one, by front and keeper, and its
	 * result goes to standard output. run() prints its own output, and returns an exit code, or
	 * a negative errno with *e set.
	 */
	const struct job *job;
	int (*run)(const struct options *o, struct err *e);
};

/*
 * The command that the first argument names exactly, but for options that all commands take, which
 * may stand before it: they are moved behind the name, which becomes argv[1]. Else NULL: a
 * toolstack's first argument is another option, and a disk that is called like a command can be
 * given as ./list.
 */
const struct command *command_take(int argc, char **argv);

/*
 * Where a command could stand, a word does: it is none, no disk here either, and nearly a command.
 * Negative errno, step "options.command"; before the options are looked at, which may be that
 * command's.
 */
int command_misspelt(int argc, char **argv, struct err *e);

/* The words of the command line, starting with the command's name. */
struct words command_words(const struct command *c, int argc, char **argv);

/* The @i-th command; NULL after the last. */
const struct command *command_at(size_t i);

/* @all: each option in a line of its own. */
void command_help(const struct command *c, bool all, FILE *to);

/* Print the program's help: usage, options and commands. */
void program_help(bool all, FILE *to);

#endif
