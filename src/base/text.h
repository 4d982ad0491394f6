/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - append to strings in a buffer, and compare words */
#ifndef DOMU_BASE_TEXT_H
#define DOMU_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Append to the string in to[size], truncating what does not fit. */
void text_add(char *to, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void text_vadd(char *to, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* Append an item to a list in a message, after @between unless it is the first. */
#define text_list(to, size, between, fmt, ...)                                                     \
	text_add((to), (size), "%s" fmt, *(to) ? (between) : "", __VA_ARGS__)

/* Test whether the first @len bytes of @text equal @word */
bool text_is(const char *text, size_t len, const char *word);

/* Test whether @text is one of @words, which end with NULL */
bool text_is_one_of(const char *text, const char *const *words);

/* Return the length of @dir without trailing slashes; "/" keeps its one */
size_t text_dir_length(const char *dir);

/* Test whether @name is "." or ".." */
bool text_is_dots(const char *name);

#endif
