/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint_table - what hint.c looks up: the phrases and the advice, each a file of rows */
#ifndef DOMU_RUN_HINT_TABLE_H
#define DOMU_RUN_HINT_TABLE_H

#include "run/hint.h"

/*
 * What each step was about, in the program's order, up to a row without a step. The manual's list
 * of messages is this one.
 */
struct phrase {
	const char *step, *text;
	enum exit_code exit_code;
};
extern const struct phrase hint_phrases[];

#define HINT_ANY 0

/*
 * What to do, by step (NULL: any) and errno (HINT_ANY), up to a row without a text; the first that
 * fits.
 */
struct advice {
	const char *step;
	int code;
	const char *text;
};
extern const struct advice hint_advices[];

#endif
