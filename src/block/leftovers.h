/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leftovers - the loop devices and maps that a killed run may have left */
#ifndef DOMU_BLOCK_LEFTOVERS_H
#define DOMU_BLOCK_LEFTOVERS_H

#include "base/scope.h"

/*
 * What is a killed run's: a loop device that bears our mark and whose lock can be had, since the
 * lock ends with its owner; the device-mapper maps with a name of ours that stand on nothing but
 * such loop devices and such maps; copies that nobody writes any more and nobody was told of. One
 * that an answer names is never taken for one: it is a toolstack's by now.
 */

/*
 * After a keeper was killed: removes the device-mapper maps that stand on a loop device with @tag,
 * at once or as soon as they are free. Loop devices, mounts and anonymous copies the kernel takes
 * back by itself. Returns how many were removed, or negative errno.
 */
int leftovers_remove(const char *tag, struct err *e);

/*
 * Before a run that uses device-mapper: removes the maps of killed runs that the kernel does not
 * remove by itself. Where there are none it costs listing the maps. Never fails; warns.
 */
void leftovers_clear(void);

/*
 * Has @found see each, highest first: @what it is, and its name. Unwinding @s removes it; keeping
 * it leaves it. Negative: the search ends.
 */
typedef int (*leftovers_fn)(
	void *arg, struct scope *s, const char *what, const char *name, struct err *e);
int leftovers_each(leftovers_fn found, void *arg, struct err *e);

#endif
