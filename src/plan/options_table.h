/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_table - the table of options: name, argument, help, kind */
#ifndef DOMU_PLAN_OPTIONS_TABLE_H
#define DOMU_PLAN_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/options.h"

enum kind {
	TEXT,	   /* const char * */
	DIRECTORY, /* const char *, not empty */
	FLAG,	   /* bool */
	SIZE,	   /* uint64_t, bytes with K, M, G */
	COUNT,	   /* uint64_t */
	DISK,	   /* appended to disk[] */
	BACKING,   /* appended to allow_backing[] */
	FILES,	   /* appended to file[] */
	JSON,	   /* --format=json, or --output-format=json; argument: the optional value */
	HELP,	   /* bool, or "all" */
	LATER,	   /* known, but refused: not supported yet */
};

enum where {
	ANYWHERE,
	COMMAND_LINE, /* not allowed in the configuration file */
	COMMANDS,     /* the same, and only for commands */
};

enum in_help {
	LISTED, /* on a line of its own */
	NAMED,	/* in a list of names; the manual explains it */
};

struct option_row {
	const char *name;
	int letter; /* 0: none */
	enum kind kind;
	enum where where;
	enum in_help in_help;
	size_t offset;		     /* in struct options */
	const char *argument, *help; /* without help: an alias of another option */
};

#define OPTION_ROWS 52 /* compared with the table when it is compiled */
extern const struct option_row option_rows[];

/* Whether the value is optional. */
bool option_takes_optional(const struct option_row *row);

/* Find the option with a letter. NULL: none. */
const struct option_row *option_by_letter(int letter);

/*
 * Whether an option is accepted.
 * @options: a command's, in addition to those that all accept; NULL: the main job's
 */
bool option_is_taken(const char *const *options, const struct option_row *row);

#endif
