/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmtask - one question to libdevmapper, and its words when it fails */
#ifndef DOMU_BLOCK_DMTASK_H
#define DOMU_BLOCK_DMTASK_H

#include <libdevmapper.h>

/*
 * Before anything is asked of the library without a task: its words are ours, udev is not waited
 * for.
 */
void dmtask_begin(void);

/* A task about the map @name (NULL: none); NULL without memory. */
struct dm_task *dmtask_new(int type, const char *name);

/* own_dmtask struct dm_task *dmt = dmtask_new(...); */
#define own_dmtask __attribute__((cleanup(dmtask_destroy_)))
void dmtask_destroy_(struct dm_task **dmt);

/* 0, or negative errno. */
int dmtask_run(struct dm_task *dmt);

/* Calls @each with the name of every map until it fails; what it says then, or negative errno. */
int dmtask_each_map(int (*each)(void *arg, const char *name), void *arg);

/* The library's last complaint since the last task was made, flattened; "" when there was none. */
const char *dmtask_words(void);

#endif
