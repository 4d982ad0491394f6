/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry_meant - what a mistyped entry was meant to be */
#ifndef DOMU_SYNTAX_ENTRY_MEANT_H
#define DOMU_SYNTAX_ENTRY_MEANT_H

#include <stddef.h>

/*
 * The length of the device at the beginning of @text that a '/' follows in the place of its ':', as
 * in "xvda1/vmlinuz" and "/dev/xvda1/vmlinuz"; 0 if there is none.
 */
size_t entry_meant_device(const char *text);

/*
 * Writes an entry like @text into to[size], cut to it: with a ':' behind the first @dev_len bytes
 * (0: no device), with a '/' before each path, and without the same device before later paths.
 * Returns @to; "" if @text is too unlike an entry.
 */
const char *entry_meant(const char *text, size_t dev_len, char *to, size_t size);

#endif
