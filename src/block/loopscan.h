/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopscan - which loop devices are bound until they are closed, without opening any */
#ifndef DOMU_BLOCK_LOOPSCAN_H
#define DOMU_BLOCK_LOOPSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * The numbers of all bound loop devices with AUTOCLEAR, as sysfs has them, malloc'ed into *ret. All
 * of ours have it: what an administrator has attached for good is not even opened. Step
 * "loopscan.list".
 */
int loopscan(unsigned int **ret, size_t *ret_n, struct err *e);

/* Whether that one is bound; false also where there is no sysfs to ask. */
bool loopscan_is_bound(unsigned int number);

#endif
