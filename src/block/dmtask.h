/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmtask - libdevmapper's tasks and error messages */
#ifndef DOMU_BLOCK_DMTASK_H
#define DOMU_BLOCK_DMTASK_H

#include <libdevmapper.h>

/*
 * Set up the library: our log function, and no waiting for udev. Call before uses without a task;
 * dmtask_new() calls it.
 */
void dmtask_begin(void);

/*
 * Create a task.
 * @name: the map's name, or NULL
 * Returns: the task, or NULL if out of memory
 */
struct dm_task *dmtask_new(int type, const char *name);

/* Destroy the task at the end of the scope: own_dmtask struct dm_task *dmt = dmtask_new(...); */
#define own_dmtask __attribute__((cleanup(dmtask_destroy_)))
void dmtask_destroy_(struct dm_task **dmt);

/*
 * Run a task.
 * Returns: 0, or a negative errno
 */
int dmtask_run(struct dm_task *dmt);

/*
 * Call @each with the name of each map, until it fails.
 * Returns: 0, its negative errno, or one of the listing
 */
int dmtask_each_map(int (*each)(void *arg, const char *name), void *arg);

/*
 * Return the library's last error message since the last task was created, as printable ASCII; ""
 * if none.
 */
const char *dmtask_words(void);

#endif
