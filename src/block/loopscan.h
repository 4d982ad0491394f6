/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopscan - loop devices with AUTOCLEAR, from sysfs, without opening any */
#ifndef DOMU_BLOCK_LOOPSCAN_H
#define DOMU_BLOCK_LOOPSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * List the numbers of attached loop devices with AUTOCLEAR, from sysfs. Ours all have it; a device
 * attached permanently by an administrator is not even opened.
 * @ret: malloc'ed, owned by the caller
 * Returns: 0, or a negative errno; step "loopscan.list"
 */
int loopscan(unsigned int **ret, size_t *ret_n, struct err *e);

/* Test whether a device is attached; false without sysfs. */
bool loopscan_is_bound(unsigned int number);

#endif
