/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopscan - which loop devices are in use and read-only, without opening any */
#ifndef DOMU_SYS_LOOPSCAN_H
#define DOMU_SYS_LOOPSCAN_H

#include <stddef.h>

#include "base/err.h"

/*
 * The numbers of all bound read-only loop devices, as sysfs has them, malloc'ed into *ret. Ours are
 * always read-only: what can be written to is not even opened. Step "loopscan.list".
 */
int loopscan(unsigned int **ret, size_t *ret_n, struct err *e);

#endif
