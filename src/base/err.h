/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - an error as a value: step, subject, errno and detail */
#ifndef DOMU_BASE_ERR_H
#define DOMU_BASE_ERR_H

#include <stdbool.h>

struct err {
	int code;	   /* negative errno; 0 if nothing failed */
	bool judged;	   /* no call failed: the strerror of @code is not printed */
	const char *step;  /* "loop.configure", a literal; also the name of the fault point */
	char subject[160]; /* device, path or entry, already quoted; may be "" */
	char detail[640];  /* a library's message, or the alternatives; may be "" */
};

/*
 * Record the failure of a call. The first failure is kept: an error that is already set does not
 * change.
 * @e: may be NULL
 * @code: negative errno
 * @step: a string literal of the form "file.verb"
 * Returns: @code, so that a caller can record and return in one statement
 */
int err_set(struct err *e, int code, const char *step, const char *subject_fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Record a judgement about data that was read; no call has failed. As err_set(), but the strerror
 * of @code is not printed, unless it is -ENOMEM.
 */
int err_judge(struct err *e, int code, const char *step, const char *subject_fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Return the strerror of @e; "" for a judgement */
const char *err_reason(const struct err *e);

/*
 * Set the detail of an error that was just recorded, unless it has one.
 * Returns: e->code, or 0 if @e is NULL
 */
int err_detail(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Append to the detail of an error, after "; " if it has one. Returns as err_detail(). */
int err_more(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
