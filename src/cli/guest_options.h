/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_options - the options of one of many guests: its own over the command's */
#ifndef DOMU_CLI_GUEST_OPTIONS_H
#define DOMU_CLI_GUEST_OPTIONS_H

#include "plan/options.h"
#include "rack/roster.h"

/*
 * What @given says of a guest counts where @g does not; the words of a bootloader's configuration
 * win, as they do when a toolstack starts us. Of these only what is about the guest is taken.
 * Steps "options.*"; "plan.entry", where a source knows why there is none. Strings are @given's,
 * @g's, or live to the end of the process.
 */
int guest_options(const struct options *given, const struct rack_guest *g, struct options *ret,
	struct err *e);

#endif
