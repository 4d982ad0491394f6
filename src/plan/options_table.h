/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_table - what each option is: for who reads them, sets them and tells of them */
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
	JSON,  /* --format=json, or --output-format=json; argument: the value that it may have */
	HELP,  /* bool; "all" as well */
	LATER, /* known, and refused until it works */
};

enum where {
	ANYWHERE,
	COMMAND_LINE, /* makes no sense as a key of the configuration file */
	COMMANDS,     /* and none for the main job: a command takes it */
};

enum in_help {
	TOLD,  /* in a line of its own */
	NAMED, /* among others: the manual tells what it does */
};

struct option_row {
	const char *name;
	int letter; /* 0: none */
	enum kind kind;
	enum where where;
	enum in_help in_help;
	size_t offset;		     /* in struct options */
	const char *argument, *help; /* no help: another one's second name */
};

#define OPTION_ROWS 52 /* compared with the table when it is compiled */
extern const struct option_row option_rows[];

/* Whether it stands with a value and without. */
bool option_takes_optional(const struct option_row *row);

/* NULL: none has this letter. */
const struct option_row *option_by_letter(int letter);

/* @options: of a command, besides those that all take; NULL: the main job. */
bool option_is_taken(const char *const *options, const struct option_row *row);

#endif
