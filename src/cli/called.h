/* SPDX-License-Identifier: GPL-2.0-or-later */
/* called - argv[0] compatibility: behave as pygrub or eliloader, for xenopsd */
#ifndef DOMU_CLI_CALLED_H
#define DOMU_CLI_CALLED_H

#include "plan/options.h"

/*
 * xenopsd only starts a program named pygrub or eliloader, takes copies from their directory only,
 * and parses what a Python exception would print.
 */
struct called {
	const char *name;
	const char *tmpdir;
	const char *output_format; /* NULL: the usual default */
	const char *before_error;  /* prefix of the line that the caller reads */
};

/* Find the name that the program was started under. NULL: another name, or none. */
const struct called *called_by(const char *argv0);

/*
 * Set the options that the caller expects. To be called after reading the configuration, which must
 * not change them, and before parsing the command line.
 */
void called_options(const struct called *called, struct options *o);

#endif
