/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - what a killed run may have left */
#ifndef DOMU_RUN_REAP_H
#define DOMU_RUN_REAP_H

#include "base/err.h"

/*
 * After a keeper was killed: removes the device-mapper maps that stand on a loop device with @tag.
 * Loop devices, mounts and unpublished copies the kernel takes back by itself. Returns how many
 * were removed, or negative errno.
 */
int reap_run(const char *tag, struct err *e);

#endif
