/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - messages on stderr, a line each */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

#define WRITTEN_MAX 511 /* as many as fit in a page; later lines may repeat */

static enum log_level max_level = LOG_LEVEL_NORMAL;

/* Hashes of the written lines, shared by all processes of a run. */
struct written {
	size_t n;
	uint64_t hash[WRITTEN_MAX];
};

static struct written *written;

void log_set_level(enum log_level level)
{
	max_level = level;
}

void log_once_begin(void)
{
	void *page;

	log_once_end();
	page = mmap(
		NULL, sizeof(*written), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	written = page == MAP_FAILED ? NULL : page;
}

void log_once_end(void)
{
	if (written)
		munmap(written, sizeof(*written));
	written = NULL;
}

/* FNV-1a */
static uint64_t log_hash(const char *line)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *line; line++)
		hash = (hash ^ (unsigned char)*line) * UINT64_C(1099511628211);
	return hash;
}

static bool log_is_new(const char *line)
{
	uint64_t hash = log_hash(line);

	for (size_t i = 0; written && i < written->n; i++)
		if (written->hash[i] == hash)
			return false;
	if (written && written->n < WRITTEN_MAX)
		written->hash[written->n++] = hash;
	return true;
}

__attribute__((format(printf, 3, 0))) static void write_line(
	const char *prefix, bool once, const char *fmt, va_list ap)
{
	char line[2048];

	snprintf(line, sizeof(line), "%s", prefix);
	text_vadd(line, sizeof(line) - 1, fmt, ap); /* leave room for the newline */
	text_add(line, sizeof(line), "\n");
	if (once && !log_is_new(line))
		return;
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* stderr is gone, and there is nowhere else to report it */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > max_level)
		return;
	va_start(ap, fmt);
	write_line("domUloader: ", level < LOG_LEVEL_DEBUG, fmt, ap);
	va_end(ap);
}

void log_always(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line("", false, fmt, ap);
	va_end(ap);
}
