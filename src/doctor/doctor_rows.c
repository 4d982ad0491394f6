/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_rows - the rows of doctor's table, while it is filled */
#include "doctor/doctor_rows.h"

#include <stdarg.h>
#include <stdio.h>

struct doctor_row *doctor_add(struct doctor *d, const char *name, enum doctor_state state,
	const char *fix, const char *found, ...)
{
	struct doctor_row *row = &d->row[d->n++];
	va_list ap;

	*row = (struct doctor_row){.state = state};
	snprintf(row->name, sizeof(row->name), "%s", name);
	if (fix && state != DOCTOR_OK)
		snprintf(row->fix, sizeof(row->fix), "%s", fix);
	va_start(ap, found);
	vsnprintf(row->found, sizeof(row->found), found, ap);
	va_end(ap);
	return row;
}
