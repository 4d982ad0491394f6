/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - device-mapper: availability, maps, and what they are stacked on */
#include "block/dm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/array.h"
#include "base/step.h"
#include "block/dmtask.h"

/* ---- availability ---- */

int dm_available(char *why, size_t size)
{
	char version[64];

	dmtask_begin();
	if (dm_driver_version(version, sizeof(version)))
		return 1;
	snprintf(why, size, "the kernel has no device-mapper%s%s%s", *dmtask_words() ? " (" : "",
		dmtask_words(), *dmtask_words() ? ")" : "");
	return 0;
}

void dm_version(char *to, size_t size)
{
	dmtask_begin();
	if (!dm_driver_version(to, size))
		to[0] = '\0';
}

int dm_has_target(const char *target)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_LIST_VERSIONS, NULL);
	struct dm_versions *at = dmt && dmtask_run(dmt) >= 0 ? dm_task_get_versions(dmt) : NULL;

	for (; at; at = (struct dm_versions *)((char *)at + at->next)) {
		if (!strcmp(at->name, target))
			return 1;
		if (!at->next)
			break;
	}
	return 0;
}

/* ---- maps ---- */

/* Get a map's table if it is a single linear target: 1, else 0. */
static int dm_read_table(const char *name, struct dm_map *ret)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_TABLE, name);
	uint64_t start, length, offset;
	char *type = NULL, *params = NULL;
	unsigned int major_n, minor_n;
	void *next;
	int r = dmt ? dmtask_run(dmt) : -ENOMEM;

	if (r < 0)
		return r;
	next = dm_get_next_target(dmt, NULL, &start, &length, &type, &params);
	if (next || !type || strcmp(type, "linear") != 0 || !params ||
		sscanf(params, "%u:%u %" SCNu64, &major_n, &minor_n, &offset) != 3)
		return 0;
	*ret = (struct dm_map){.on = makedev(major_n, minor_n),
		.start = offset * DM_SECTOR,
		.size = length * DM_SECTOR};
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return 1;
}

struct maps_query {
	const char *prefix;
	dev_t on;
	struct dm_map *map;
	size_t n;
};

/* A map removed since it was listed is skipped. */
static int consider_linear(void *arg, const char *name)
{
	struct maps_query *q = arg;
	struct dm_map map;
	int r = strncmp(name, q->prefix, strlen(q->prefix)) ? 0 : dm_read_table(name, &map);

	if (r == -ENXIO || r == 0)
		return 0;
	if (r > 0 && (q->on == 0 || map.on == q->on))
		r = array_append(q->map, q->n, &map);
	return r;
}

int dm_maps(const char *prefix, dev_t on, struct dm_map **ret, size_t *ret_n, struct err *e)
{
	struct maps_query q = {.prefix = prefix, .on = on};
	int r = STEP_OURS(e, "dm.list", prefix, dmtask_each_map(consider_linear, &q));

	if (r < 0) {
		free(q.map);
		return err_detail(e, "%s", dmtask_words());
	}
	*ret = q.map;
	*ret_n = q.n;
	return 0;
}

/* ---- stacking ---- */

struct stack {
	bool (*is_meant)(const char *name);
	struct dm_stacked *map;
	size_t n;
};

/* Returns 1 and the map; 0 if it is gone, or on more devices than a map of ours. */
static int read_deps(const char *name, struct dm_stacked *ret)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_DEPS, name);
	struct dm_info info;
	struct dm_deps *deps;
	int r = dmt ? dmtask_run(dmt) : -ENOMEM;

	if (r < 0)
		return r == -ENXIO ? 0 : r;
	deps = dm_task_get_deps(dmt);
	if (!deps || !dm_task_get_info(dmt, &info) || !info.exists || deps->count > DM_ON_MAX)
		return 0;
	*ret = (struct dm_stacked){.rdev = makedev(info.major, info.minor),
		.deferred = info.deferred_remove,
		.n_on = deps->count};
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	for (uint32_t i = 0; i < deps->count; i++)
		ret->on[i] = (dev_t)deps->device[i];
	return 1;
}

static int consider_stacked(void *arg, const char *name)
{
	struct stack *stack = arg;
	struct dm_stacked map;
	int r = stack->is_meant(name) ? read_deps(name, &map) : 0;

	return r > 0 ? array_append(stack->map, stack->n, &map) : r;
}

int dm_stack(
	bool (*is_meant)(const char *name), struct dm_stacked **ret, size_t *ret_n, struct err *e)
{
	struct stack stack = {.is_meant = is_meant};
	int r = STEP_OURS(e, "dm.stack", "", dmtask_each_map(consider_stacked, &stack));

	if (r < 0) {
		free(stack.map);
		return err_detail(e, "%s", dmtask_words());
	}
	*ret = stack.map;
	*ret_n = stack.n;
	return 0;
}
