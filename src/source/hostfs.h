/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostfs - the source that reads the guest's files with this host's kernel */
#ifndef DOMU_SOURCE_HOSTFS_H
#define DOMU_SOURCE_HOSTFS_H

#include "source/source.h"

/* source_hostfs's roots(); see source.h. */
int hostfs_roots(struct guest *g, const struct volume *v, struct roots *to, struct err *e);

#endif
