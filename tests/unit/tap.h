/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap - a minimal TAP output for C tests */
#ifndef DOMU_TESTS_TAP_H
#define DOMU_TESTS_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_n, tap_failed;

__attribute__((format(printf, 2, 3))) static inline int tap_ok(int ok, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_n);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !ok;
	return ok;
}

/* Compares strings; NULL equals only NULL. */
static inline int tap_is(const char *got, const char *want, const char *what)
{
	int ok = (!got && !want) || (got && want && !strcmp(got, want));

	if (!tap_ok(ok, "%s", what))
		printf("#  got: %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return ok;
}

/* The last line of main: return tap_done(); */
static inline int tap_done(void)
{
	printf("1..%d\n", tap_n);
	return tap_failed != 0;
}

#endif
