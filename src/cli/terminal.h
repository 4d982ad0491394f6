/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal - whether people look at standard output, and how wide their window is */
#ifndef DOMU_CLI_TERMINAL_H
#define DOMU_CLI_TERMINAL_H

#include "plan/options.h"

/*
 * Fills the members of @o that say so: colour on a terminal, unless NO_COLOR is set or it is a dumb
 * one; the width of its window, which COLUMNS overrides.
 */
void terminal_look(struct options *o);

#endif
