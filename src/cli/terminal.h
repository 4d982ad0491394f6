/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal - detect whether standard output is a terminal, and its width */
#ifndef DOMU_CLI_TERMINAL_H
#define DOMU_CLI_TERMINAL_H

#include "plan/options.h"

/*
 * Set o->colour and o->width. Colour is used on a terminal unless NO_COLOR is set or TERM is
 * "dumb". The width is the window's, which COLUMNS overrides.
 */
void terminal_look(struct options *o);

#endif
