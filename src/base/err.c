/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - what failed, on what, and why */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *step, const char *subject_fmt, ...)
{
	va_list ap;

	if (!e || e->code)
		return code;
	e->code = code;
	e->step = step;
	e->detail[0] = '\0';
	va_start(ap, subject_fmt);
	vsnprintf(e->subject, sizeof(e->subject), subject_fmt, ap);
	va_end(ap);
	return code;
}

int err_detail(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return 0;
	if (!e->detail[0]) {
		va_start(ap, fmt);
		vsnprintf(e->detail, sizeof(e->detail), fmt, ap);
		va_end(ap);
	}
	return e->code;
}

int err_more(struct err *e, const char *fmt, ...)
{
	size_t len = e ? strlen(e->detail) : 0;
	va_list ap;

	if (!e)
		return 0;
	if (len && len + 2 < sizeof(e->detail)) {
		memcpy(e->detail + len, "; ", 3);
		len += 2;
	}
	va_start(ap, fmt);
	vsnprintf(e->detail + len, sizeof(e->detail) - len, fmt, ap);
	va_end(ap);
	return e->code;
}
