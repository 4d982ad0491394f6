/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry_meant - correct a mistyped entry */
#ifndef DOMU_SYNTAX_ENTRY_MEANT_H
#define DOMU_SYNTAX_ENTRY_MEANT_H

#include <stddef.h>

/*
 * Find a device without its ':', as in "xvda1/vmlinuz" and "/dev/xvda1/vmlinuz".
 * Returns: its length at the start of @text, or 0
 */
size_t entry_meant_device(const char *text);

/*
 * Write the corrected entry to to[size], truncated if necessary: a ':' after the first @dev_len
 * bytes (0: no device), a '/' before each path, no device before later paths.
 * Returns: @to; "" if @text does not look like an entry
 */
const char *entry_meant(const char *text, size_t dev_len, char *to, size_t size);

#endif
