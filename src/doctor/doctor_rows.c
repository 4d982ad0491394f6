/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_rows - the rows of doctor's table, as they are filled */
#include "doctor/doctor_rows.h"

#include <stdarg.h>
#include <stdio.h>

struct doctor_row *doctor_add(struct doctor *d, const char *name, enum doctor_state state)
{
	struct doctor_row *row = &d->row[d->n++];

	*row = (struct doctor_row){.state = state};
	snprintf(row->name, sizeof(row->name), "%s", name);
	return row;
}

void doctor_found(struct doctor_row *row, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row->found, sizeof(row->found), fmt, ap);
	va_end(ap);
}

void doctor_mend(struct doctor_row *row, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row->mend, sizeof(row->mend), fmt, ap);
	va_end(ap);
}

void doctor_unasked(struct doctor *d, const char *name)
{
	struct doctor_row *row = doctor_add(d, name, DOCTOR_LACKS);

	doctor_found(row, "can't be asked without root");
	doctor_mend(row, DOCTOR_AS_ROOT);
}
