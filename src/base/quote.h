/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - text from elsewhere, made fit for a terminal, a log and a message */
#ifndef DOMU_BASE_QUOTE_H
#define DOMU_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#define QUOTE_SIZE 160

/*
 * Writes 'text' with quotes into to[size]: printable ASCII as it is, quote and backslash escaped,
 * everything else as \xHH; cut with "..." where it doesn't fit. NULL becomes (none). Always ended
 * by NUL. Returns @to.
 */
const char *quote_into(char *to, size_t size, const char *text);

/* The same for use in one statement: the buffer lives as long as the enclosing block. */
#define QUOTE(text) quote_into((char[QUOTE_SIZE]){0}, QUOTE_SIZE, (text))

/*
 * Text as a word to be pasted: as it is if no shell minds it, else in 'single' or "double" quotes
 * that sh and xl's configuration read alike; text that neither of them can hold for both, and bytes
 * that are not printable ASCII, as "$(printf -- '...')", for sh alone. False if @size is not larger
 * than the word and its NUL; to[] is "" then.
 */
bool quote_shell(char *to, size_t size, const char *text);

/* Replaces every byte of @text that is not printable ASCII by '?', in place. */
void quote_flatten(char *text);

#endif
