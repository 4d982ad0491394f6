/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - what an administrator types: the list of commands */
#ifndef DOMU_CLI_COMMAND_H
#define DOMU_CLI_COMMAND_H

#include "plan/argv.h"
#include "plan/job.h"
#include "plan/options.h"

#define COMMAND_NAME "[COMMAND]" /* the arguments of one that takes another's name */

struct command {
	const char *name, *summary;
	const char *text;	    /* for --help: what it does, whole lines */
	const char *const *options; /* which of the table it takes, up to NULL; -v, --help and the
				       like it takes always */
	const char *arguments;	    /* for --help: "DISK..."; NULL: none */
	bool unconfigured;	    /* it reads no configuration */
	/*
	 * One of the two. The job is run as the main one is, by front and keeper, and answers on
	 * standard output; run() prints there what it has to say, and returns an exit code, or
	 * negative errno with *e.
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

/* The command line from the command's name on. */
struct words command_words(const struct command *c, int argc, char **argv);

/* The @i-th command; NULL behind the last. */
const struct command *command_at(size_t i);

/* @all: each option in a line of its own. */
void command_help(const struct command *c, bool all, FILE *to);

/* The program's own: the usage, the options, the commands. */
void program_help(bool all, FILE *to);

#endif
