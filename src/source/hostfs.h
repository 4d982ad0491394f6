/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostfs - the guest's filesystems by this host's own kernel: for its own files alone */
#ifndef DOMU_SOURCE_HOSTFS_H
#define DOMU_SOURCE_HOSTFS_H

#include "source/source.h"

int hostfs_roots(struct guest *g, const struct volume *v, struct roots *to, struct err *e);

#endif
