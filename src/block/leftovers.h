/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leftovers - find and remove loop devices and maps left by killed runs */
#ifndef DOMU_BLOCK_LEFTOVERS_H
#define DOMU_BLOCK_LEFTOVERS_H

#include "base/scope.h"

/*
 * Left by killed runs are:
 * - a loop device with our marker that can be locked: the lock ends with its owner
 * - a device-mapper map with a name of ours, stacked only on such loop devices and maps
 * - a copy that no process writes and that is unacknowledged. One that is named in a result belongs
 *   to a toolstack.
 */

/*
 * Remove the device-mapper maps on loop devices with @tag, after their keeper was killed: now, or
 * when they are closed. The kernel itself removes loop devices, mounts and anonymous copies.
 * Returns: the number of maps removed, or a negative errno
 */
int leftovers_remove(const char *tag, struct err *e);

/*
 * Remove maps of killed runs that the kernel does not remove by itself, before a run that uses
 * device-mapper. Failures are only warned about. If there are no such maps, this only lists maps.
 */
void leftovers_clear(void);

/*
 * Called for each leftover: unwinding @s removes it, keeping @s leaves it. A negative result ends
 * the search.
 * @what: its kind
 */
typedef int (*leftovers_fn)(
	void *arg, struct scope *s, const char *what, const char *name, struct err *e);

/*
 * Call @found for each leftover, topmost first.
 * Returns: >= 0, or a negative errno
 */
int leftovers_each(leftovers_fn found, void *arg, struct err *e);

#endif
