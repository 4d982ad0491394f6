/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - append to strings in a buffer, and compare words */
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void text_vadd(char *to, size_t size, const char *fmt, va_list ap)
{
	size_t len = strlen(to);

	assert(len < size);
	vsnprintf(to + len, size - len, fmt, ap);
}

void text_add(char *to, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vadd(to, size, fmt, ap);
	va_end(ap);
}

bool text_is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(text, word, len);
}

bool text_is_one_of(const char *text, const char *const *words)
{
	while (*words && strcmp(text, *words) != 0)
		words++;
	return *words;
}

size_t text_dir_length(const char *dir)
{
	size_t len = strlen(dir);

	while (len > 1 && dir[len - 1] == '/')
		len--;
	return len;
}

bool text_is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}
