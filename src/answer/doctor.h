/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host can do: a screen for people, one object for scripts */
#ifndef DOMU_ANSWER_DOCTOR_H
#define DOMU_ANSWER_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_LACKS,	/* it goes without, or another way */
	DOCTOR_MISSING, /* it does not go without */
};

/* Text is ours or quoted: printable ASCII. */
struct doctor_row {
	const char *group; /* NULL; or of what @name is one: "filesystem" */
	char name[32];
	enum doctor_state state;
	char found[200];
	char mend[200]; /* "": there is nothing to mend */
};

/*
 * Write all rows and the verdict, @ready, to @to. Those of a group that are DOCTOR_OK share lines
 * in the text. JSON: step "emit.value" for want of memory.
 */
void answer_doctor_text(FILE *to, const struct doctor_row *row, size_t n, bool ready, bool colour);
int answer_doctor_json(FILE *to, const struct doctor_row *row, size_t n, bool ready, struct err *e);

#endif
