/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8 - how many bytes a character has */
#ifndef DOMU_BASE_UTF8_H
#define DOMU_BASE_UTF8_H

#include <stddef.h>

/*
 * The length of the UTF-8 character that @text, which ends with NUL, begins with; 0 where it is
 * none (overlong forms, surrogates and what is beyond U+10FFFF are none). A NUL has 1.
 */
size_t utf8_length(const char *text);

#endif
