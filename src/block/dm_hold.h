/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_hold - hold and remove our device-mapper maps */
#ifndef DOMU_BLOCK_DM_HOLD_H
#define DOMU_BLOCK_DM_HOLD_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/dm.h"

/*
 * Hold a map: open its node by device number, and mark it for deferred removal, so that the kernel
 * removes it even if this process is killed. The undo removes it and checks that it is gone.
 * @ret: fd is owned by the undo
 * Returns: 0, or a negative errno; steps "dm.info", "dm.open", "dm.defer"; undo "dm.remove"
 */
int dm_hold(struct scope *s, const struct dm_map *map, struct blkdev *ret, struct err *e);

/*
 * Remove a map by name, now or, if it is open, when it is closed.
 * Returns: 0, also if it does not exist, or a negative errno; step "dm.reap"
 */
int dm_remove(const char *name, struct err *e);

/*
 * Take over a killed run's map, so that the undo ("dm.remove") removes it.
 * Returns: 0, or -ENOMEM
 */
int dm_adopt(struct scope *s, const char *name, struct err *e);

#endif
