/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - strings that grow in a buffer, and words in strings */
#ifndef DOMU_BASE_TEXT_H
#define DOMU_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Adds to the string in to[size]; what does not fit is cut. */
void text_add(char *to, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void text_vadd(char *to, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* The same, behind @between where it is not the first; for lists in messages. */
#define text_list(to, size, between, fmt, ...)                                                     \
	text_add((to), (size), "%s" fmt, *(to) ? (between) : "", __VA_ARGS__)

/* Whether the first @len bytes of @text are @word. */
bool text_is(const char *text, size_t len, const char *word);

/* Whether it is one of @words, up to NULL. */
bool text_is_one_of(const char *text, const char *const *words);

/* Of a directory's path, without the slashes at its end; "/" keeps the one. */
size_t text_dir_length(const char *dir);

/* "." or "..", which a directory's own listing holds. */
bool text_is_dots(const char *name);

#endif
