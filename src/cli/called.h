/* SPDX-License-Identifier: GPL-2.0-or-later */
/* called - the name that the program was started under: as pygrub it is what xenopsd runs */
#ifndef DOMU_CLI_CALLED_H
#define DOMU_CLI_CALLED_H

#include "plan/options.h"

/*
 * xenopsd starts nothing that is not called pygrub or eliloader, takes copies out of their
 * directory alone, and looks for what Python would print.
 */
struct called {
	const char *name;
	const char *tmpdir;
	const char *output_format; /* NULL: the usual default */
	const char *before_error;  /* begins the line that the caller reads */
};

/* NULL: a name of our own, or none at all. */
const struct called *called_by(const char *argv0);

/*
 * Over the configuration, which must not move what the caller expects, and under the command line.
 */
void called_options(const struct called *called, struct options *o);

#endif
