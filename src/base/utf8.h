/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8 - length of a UTF-8 character */
#ifndef DOMU_BASE_UTF8_H
#define DOMU_BASE_UTF8_H

#include <stddef.h>

/*
 * Return the length in bytes of the UTF-8 character at the start of @text, which ends with NUL; 0
 * if it is invalid (overlong, a surrogate, above U+10FFFF). NUL has length 1.
 */
size_t utf8_length(const char *text);

#endif
