/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - what failed, on what, and why: one value, no allocation */
#ifndef DOMU_BASE_ERR_H
#define DOMU_BASE_ERR_H

#include <stdbool.h>

struct err {
	int code;	   /* negative errno; 0 = nothing failed */
	bool judged;	   /* no call failed: @code is for callers, nobody reads its text */
	const char *step;  /* "loop.configure": also the fault point's name; always a literal */
	char subject[160]; /* device, path or entry, already quoted; may be "" */
	char detail[640];  /* a library's own words, or what there is instead; may be "" */
};

/*
 * Record a failure and return @code, so that a caller fails in one line. @code is a negative errno,
 * @step a string literal of the form "file.verb". The first failure is the story: an error that is
 * set already stays as it is. @e may be NULL (then only @code is returned).
 */
int err_set(struct err *e, int code, const char *step, const char *subject_fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a judgement about what was read. -ENOMEM is none: it is printed. */
int err_judge(struct err *e, int code, const char *step, const char *subject_fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* What the kernel or the C library says of @code; "" for a judgement. */
const char *err_reason(const struct err *e);

/*
 * Add the detail line to a failure just set; keeps one that is there. Returns e->code (or 0 for
 * NULL).
 */
int err_detail(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Add to the detail of a failure, behind "; " where it has one. Returns as err_detail() does. */
int err_more(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
