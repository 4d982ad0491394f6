/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argv - split a command line into words: one argument may hold several */
#ifndef DOMU_PLAN_ARGV_H
#define DOMU_PLAN_ARGV_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	int n;
	char **word;		    /* NULL: out of memory */
	const char *const *options; /* accepted options, ended by NULL; NULL: the main job's */
	unsigned int positionals;   /* how many are accepted at most */
	bool ends_at_positional;    /* stop at the first positional; else options may follow */
};

/* Whether the @len bytes at @text are an option. */
typedef bool (*argv_is_option_fn)(const char *text, size_t len);

/*
 * Split the command line into words.
 * An argument that starts with '-' is split at each blank or newline that an option follows, and
 * blanks around the parts are dropped: libvirt passes all of <bootloader_args> as one argument.
 * --args=TEXT is never split.
 * Returns: words that must live until the program ends, since options point into them
 */
struct words argv_split(int argc, char **argv, argv_is_option_fn is_option);

#endif
