/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - messages on stderr, a line each */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static enum log_level max_level = LOG_LEVEL_NORMAL;

void log_set_level(enum log_level level)
{
	max_level = level;
}

__attribute__((format(printf, 2, 0))) static void write_line(
	const char *prefix, const char *fmt, va_list ap)
{
	char line[2048];

	snprintf(line, sizeof(line), "%s", prefix);
	text_vadd(line, sizeof(line) - 1, fmt, ap); /* leave room for the newline */
	text_add(line, sizeof(line), "\n");
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* stderr is gone, and there is nowhere else to report it */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > max_level)
		return;
	va_start(ap, fmt);
	write_line("domUloader: ", fmt, ap);
	va_end(ap);
}

void log_always(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line("", fmt, ap);
	va_end(ap);
}
