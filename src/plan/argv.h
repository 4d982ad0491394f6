/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argv - a command line, word by word: one argument may hold several */
#ifndef DOMU_PLAN_ARGV_H
#define DOMU_PLAN_ARGV_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	int n;
	char **word;		    /* NULL: no memory */
	const char *const *options; /* NULL: those of the main job; a command: names, up to NULL */
	unsigned int positionals;   /* how many it takes at most */
	bool ends_at_positional;    /* else options may follow */
};

/* Whether @len bytes are an option. */
typedef bool (*argv_is_option_fn)(const char *text, size_t len);

/*
 * An argument that begins with '-' is split at each blank or newline that an option follows
 * (libvirt passes all of <bootloader_args> as one), and what is blank around its parts is left out;
 * an --args=TEXT stays as it is. Options point into the words, which therefore live to the
 * program's end.
 */
struct words argv_split(int argc, char **argv, argv_is_option_fn is_option);

#endif
