/* SPDX-License-Identifier: GPL-2.0-or-later */
/* warn - warnings of a kernel that is handed over and will not do */
#ifndef DOMU_KERNELS_WARN_H
#define DOMU_KERNELS_WARN_H

#include "kernels/fetch.h"

/*
 * A kernel that this host's Xen can't unpack, or one without any of Xen's notes; one whose modules
 * are not in the guest.
 */
void warn_kernel(const struct fetched *f);

#endif
