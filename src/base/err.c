/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - an error as a value: step, subject, errno and detail */
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

__attribute__((format(printf, 5, 0))) static int err_begin(
	struct err *e, int code, bool judged, const char *step, const char *subject_fmt, va_list ap)
{
	assert(code < 0 && step);
	if (!e || e->code)
		return code;
	e->code = code;
	e->judged = judged;
	e->step = step;
	e->detail[0] = '\0';
	vsnprintf(e->subject, sizeof(e->subject), subject_fmt, ap);
	return code;
}

int err_set(struct err *e, int code, const char *step, const char *subject_fmt, ...)
{
	va_list ap;

	va_start(ap, subject_fmt);
	err_begin(e, code, false, step, subject_fmt, ap);
	va_end(ap);
	return code;
}

int err_judge(struct err *e, int code, const char *step, const char *subject_fmt, ...)
{
	va_list ap;

	va_start(ap, subject_fmt);
	err_begin(e, code, code != -ENOMEM, step, subject_fmt, ap);
	va_end(ap);
	return code;
}

const char *err_reason(const struct err *e)
{
	return e->judged ? "" : strerror(-e->code);
}

int err_detail(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return 0;
	va_start(ap, fmt);
	if (!e->detail[0])
		vsnprintf(e->detail, sizeof(e->detail), fmt, ap);
	va_end(ap);
	return e->code;
}

int err_more(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return 0;
	if (e->detail[0])
		text_add(e->detail, sizeof(e->detail), "; ");
	va_start(ap, fmt);
	text_vadd(e->detail, sizeof(e->detail), fmt, ap);
	va_end(ap);
	return e->code;
}
