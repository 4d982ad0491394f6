/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - escape foreign text for terminals, logs and messages */
#ifndef DOMU_BASE_QUOTE_H
#define DOMU_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#define QUOTE_SIZE 160

/*
 * Write @text in single quotes. Quote and backslash are escaped, bytes other than printable ASCII
 * become \xHH, a text that does not fit ends in "...". NULL becomes (none).
 * Returns: @to, always NUL-terminated
 */
const char *quote_into(char *to, size_t size, const char *text);

/* Quote for use in one statement: the buffer lives as long as the enclosing block. */
#define QUOTE(text) quote_into((char[QUOTE_SIZE]){0}, QUOTE_SIZE, (text))

/*
 * Write @text as one word of a shell's command line: unchanged if that is safe, else as $'text'
 * with \xHH for bytes other than printable ASCII.
 * Returns: false if it does not fit; to[] is then ""
 */
bool quote_shell(char *to, size_t size, const char *text);

/* Replace each byte of @text that is not printable ASCII by '?', in place. */
void quote_flatten(char *text);

#endif
