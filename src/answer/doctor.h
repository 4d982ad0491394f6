/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - print the doctor's checks: as text or a JSON object */
#ifndef DOMU_ANSWER_DOCTOR_H
#define DOMU_ANSWER_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_LACKS,	/* domUloader works without it, or in another way */
	DOCTOR_MISSING, /* domUloader does not work without it */
};

/* Texts are ours or quoted: printable ASCII. */
struct doctor_row {
	const char *group; /* NULL, or the kind of @name: "filesystem" */
	char name[32];
	enum doctor_state state;
	char found[200];
	char fix[200]; /* "" if nothing needs fixing */
};

/*
 * Print all rows and the verdict.
 * @ready: domUloader works on this host
 * Returns: answer_doctor_json(): 0; or -ENOMEM, step "emit.value"
 */
void answer_doctor_text(FILE *to, const struct doctor_row *row, size_t n, bool ready, bool colour);
int answer_doctor_json(FILE *to, const struct doctor_row *row, size_t n, bool ready, struct err *e);

#endif
