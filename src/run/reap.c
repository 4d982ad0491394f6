/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - what a killed run may have left */
#include "run/reap.h"

#include <string.h>

#include "base/own.h"
#include "sys/dm.h"
#include "sys/loopdev.h"

static int is_of(const char *tag, const struct dm_map *map)
{
	char theirs[17];

	return loopdev_tag(map->on, theirs) > 0 && !strcmp(theirs, tag);
}

int reap_run(const char *tag, struct err *e)
{
	own_free struct dm_map *maps = NULL;
	size_t n = 0;
	char why[128];
	int r, reaped = 0;

	if (!dm_available(why, sizeof(why)))
		return 0;
	r = dm_maps("loop", 0, &maps, &n, e);
	for (size_t i = 0; r >= 0 && i < n; i++)
		if (is_of(tag, &maps[i])) {
			r = dm_remove(maps[i].name, e);
			reaped++;
		}
	return r < 0 ? r : reaped;
}
