/* SPDX-License-Identifier: GPL-2.0-or-later */
/* warn - warn about a kernel that will not boot */
#ifndef DOMU_KERNELS_WARN_H
#define DOMU_KERNELS_WARN_H

#include "kernels/fetch.h"

/*
 * Warn if this host's Xen cannot decompress the kernel, if the kernel has no Xen notes, or if the
 * guest lacks its modules.
 */
void warn_kernel(const struct fetched *f);

#endif
