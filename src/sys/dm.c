/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - libdevmapper: the maps that stand on a device of ours, and how they go */
#include "sys/dm.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libdevmapper.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

#define DM_LOG_LEVEL 7	 /* the rest of a log level are flags */
#define SECTOR	     512 /* device-mapper's unit, whatever the device's own sectors are */

/* libdevmapper's last complaint: it has no other way to tell. */
static char last_words[256];

__attribute__((format(printf, 5, 6))) static void remember(
	int level, const char *file, int line, int dm_errno, const char *fmt, ...)
{
	va_list ap;

	(void)file;
	(void)line;
	(void)dm_errno;
	if ((level & DM_LOG_LEVEL) > LOG_ERR)
		return;
	va_start(ap, fmt);
	vsnprintf(last_words, sizeof(last_words), fmt, ap);
	va_end(ap);
	quote_flatten(last_words);
}

static void begin(void)
{
	dm_log_with_errno_init(remember);
	dm_udev_set_sync_support(
		0); /* waiting for udev hangs where none runs; nodes are found by number */
	last_words[0] = '\0';
}

static void destroy_task(struct dm_task **dmt)
{
	if (*dmt)
		dm_task_destroy(*dmt);
}
#define own_task __attribute__((cleanup(destroy_task)))

/* dm_task_run(): 1 or 0, its errno beside it. */
static int run_task(struct dm_task *dmt)
{
	if (dm_task_run(dmt))
		return 0;
	return -(dm_task_get_errno(dmt) ? dm_task_get_errno(dmt) : EIO);
}

static struct dm_task *new_task(int type, const char *name)
{
	struct dm_task *dmt;

	begin();
	dmt = dm_task_create(type);
	if (dmt && name && !dm_task_set_name(dmt, name)) {
		dm_task_destroy(dmt);
		dmt = NULL;
	}
	return dmt;
}

/* Calls @each with the name of every map until it fails. */
static int each_map(int (*each)(void *arg, const char *name), void *arg)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_LIST, NULL);
	struct dm_names *names;
	int r = dmt ? run_task(dmt) : -ENOMEM;

	if (r < 0)
		return r;
	names = dm_task_get_names(dmt);
	if (!names || !names->dev)
		return 0;
	for (uint32_t next = 0;; next = names->next) {
		names = (struct dm_names *)((char *)names + next);
		r = each(arg, names->name);
		if (r < 0 || !names->next)
			return r;
	}
}

int dm_available(char *why, size_t size)
{
	char version[64];

	begin();
	if (dm_driver_version(version, sizeof(version)))
		return 1;
	snprintf(why, size, "the kernel has no device-mapper%s%s%s", last_words[0] ? " (" : "",
		last_words, last_words[0] ? ")" : "");
	return 0;
}

/* A map's only table line, when it is a linear one. */
static int read_table(const char *name, struct dm_map *ret)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_TABLE, name);
	uint64_t start, length, offset;
	char *type = NULL, *params = NULL;
	unsigned int major_n, minor_n;
	void *next;
	int r = dmt ? run_task(dmt) : -ENOMEM;

	if (r < 0)
		return r;
	next = dm_get_next_target(dmt, NULL, &start, &length, &type, &params);
	if (next || !type || strcmp(type, "linear") != 0 || !params ||
		sscanf(params, "%u:%u %" SCNu64, &major_n, &minor_n, &offset) != 3)
		return 0;
	*ret = (struct dm_map){
		.on = makedev(major_n, minor_n), .start = offset * SECTOR, .size = length * SECTOR};
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return 1;
}

struct list {
	struct dm_map *map;
	size_t n;
};

static int list_add(struct list *list, const struct dm_map *map)
{
	struct dm_map *grown = realloc(list->map, (list->n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	grown[list->n++] = *map;
	list->map = grown;
	return 0;
}

struct maps_query {
	const char *prefix;
	dev_t on;
	struct list list;
};

/* A map that vanishes between the list and the question is simply not there any more. */
static int consider_linear(void *arg, const char *name)
{
	struct maps_query *q = arg;
	struct dm_map map;
	int r = strncmp(name, q->prefix, strlen(q->prefix)) ? 0 : read_table(name, &map);

	if (r == -ENXIO || r == 0)
		return 0;
	if (r > 0 && (q->on == 0 || map.on == q->on))
		r = list_add(&q->list, &map);
	return r;
}

int dm_maps(const char *prefix, dev_t on, struct dm_map **ret, size_t *ret_n, struct err *e)
{
	struct maps_query q = {.prefix = prefix, .on = on};
	int r = STEP_OURS(e, "dm.list", prefix, each_map(consider_linear, &q));

	if (r < 0) {
		free(q.list.map);
		err_detail(e, "%s", last_words);
		return r;
	}
	*ret = q.list.map;
	*ret_n = q.list.n;
	return 0;
}

struct held {
	struct undo undo;
	char name[128];
	int fd;
};

/* 1 there, 0 gone, negative errno; its number and where it is open in *info. */
static int query(const char *name, struct dm_info *info)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_INFO, name);
	int r = dmt ? run_task(dmt) : -ENOMEM;

	if (r == -ENXIO)
		return 0;
	if (r < 0)
		return r;
	if (!dm_task_get_info(dmt, info))
		return -EIO;
	return info->exists ? 1 : 0;
}

/*
 * Removal is asked for as deferred always: at once when nobody has the map open, else when the last
 * one closes it.
 */
static int remove_map(const char *name)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_REMOVE, name);
	int r;

	if (!dmt || !dm_task_deferred_remove(dmt))
		return -ENOMEM;
	r = run_task(dmt);
	return r == -ENXIO ? 0 : r;
}

static int remove_and_verify(const char *name)
{
	struct dm_info info;
	int r = remove_map(name);

	if (r < 0)
		return r;
	r = query(name, &info);
	return r == 1 ? -EBUSY : r;
}

static void held_close(struct held *h)
{
	if (h->fd >= 0)
		close(TAKE_FD(h->fd));
}

static int held_undo(struct undo *u, struct err *e)
{
	struct held *h = container_of(u, struct held, undo);
	int r;

	held_close(h);
	r = STEP_OURS(e, "dm.remove", h->name, remove_and_verify(h->name));
	if (r < 0 && last_words[0])
		err_detail(e, "%s", last_words);
	return r;
}

static void held_free(struct undo *u)
{
	struct held *h = container_of(u, struct held, undo);

	held_close(h);
	free(h);
}

static void held_by_hand(struct undo *u, char *to, size_t size)
{
	snprintf(to, size, "dmsetup remove %s", u->name);
}

static int info_of(const char *name, struct dm_info *info)
{
	int r = query(name, info);

	return r == 0 ? -ENXIO : r;
}

/* Our own node by number, since names under /dev/mapper are udev's business. */
static int open_node(const char *node, dev_t rdev)
{
	own_fd int fd = open(node, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISBLK(st.st_mode) || st.st_rdev != rdev)
		return -ENODEV;
	return TAKE_FD(fd);
}

static int open_map(struct held *h, const struct dm_map *map, struct blkdev *ret, struct err *e)
{
	struct dm_info info;
	int r = STEP_OURS(e, "dm.info", map->name, info_of(map->name, &info));

	if (r < 0)
		return r;
	*ret = (struct blkdev){.backing_fd = -1, .rdev = makedev(info.major, info.minor)};
	snprintf(ret->node, sizeof(ret->node), "/dev/dm-%u", info.minor);
	h->fd = STEP_OURS(e, "dm.open", ret->node, open_node(ret->node, ret->rdev));
	if (h->fd < 0)
		return h->fd;
	ret->fd = h->fd;
	return 0;
}

int dm_hold(struct scope *s, const struct dm_map *map, struct blkdev *ret, struct err *e)
{
	struct held *h = calloc(1, sizeof(*h));
	struct blkdev dev;
	int r;

	if (!h)
		return err_set(e, -ENOMEM, "dm.open", "%s", map->name);
	/* The map is there already: what can fail from here on leaves it to the undo. */
	h->fd = -1;
	memcpy(h->name, map->name, sizeof(h->name));
	h->undo.by_hand = held_by_hand;
	scope_push(s, &h->undo, h->name, held_undo, held_free);
	r = open_map(h, map, &dev, e);
	if (r >= 0)
		r = STEP_OURS(e, "dm.defer", map->name, remove_map(map->name));
	if (r >= 0)
		r = blkdev_geometry(dev.fd, dev.node, &dev.size, &dev.sector_size, e);
	if (r < 0)
		return r;
	*ret = dev;
	return 0;
}

/* Sectors in chunks of 4 KiB; N: not kept over a reboot, so nothing but data is written. */
static int add_snapshot_target(
	struct dm_task *dmt, const struct blkdev *origin, const struct blkdev *store)
{
	char params[128];

	snprintf(params, sizeof(params), "%u:%u %u:%u N 8", major(origin->rdev),
		minor(origin->rdev), major(store->rdev), minor(store->rdev));
	return dm_task_add_target(dmt, 0, origin->size / SECTOR, "snapshot", params) ? 0 : -ENOMEM;
}

/* With the flags udev's own rules leave the map alone: no link to a guest's filesystem is made. */
static int make_snapshot(const char *name, const struct blkdev *origin, const struct blkdev *store)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_CREATE, name);
	uint32_t cookie = 0;
	int r;

	if (!dmt)
		return -ENOMEM;
	r = add_snapshot_target(dmt, origin, store);
	if (r < 0)
		return r;
	if (!dm_task_set_cookie(dmt, &cookie,
		    DM_UDEV_DISABLE_SUBSYSTEM_RULES_FLAG | DM_UDEV_DISABLE_DISK_RULES_FLAG |
			    DM_UDEV_DISABLE_OTHER_RULES_FLAG | DM_UDEV_DISABLE_LIBRARY_FALLBACK))
		return -EIO;
	return run_task(dmt);
}

int dm_snapshot(struct scope *s, const char *name, const struct blkdev *origin,
	const struct blkdev *store, struct blkdev *ret, struct err *e)
{
	struct dm_map map = {.on = origin->rdev, .size = origin->size};
	int r = STEP_OURS(e, "dm.snapshot", name, make_snapshot(name, origin, store));

	if (r < 0) {
		err_detail(e, "%s", last_words);
		return r;
	}
	snprintf(map.name, sizeof(map.name), "%s", name);
	return dm_hold(s, &map, ret, e);
}

int dm_snapshot_overflowed(const struct blkdev *snapshot)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_STATUS, NULL);
	uint64_t start, length;
	char *type = NULL, *status = NULL;

	if (!dmt || !dm_task_set_major(dmt, (int)major(snapshot->rdev)) ||
		!dm_task_set_minor(dmt, (int)minor(snapshot->rdev)) || run_task(dmt) < 0)
		return 0;
	dm_get_next_target(dmt, NULL, &start, &length, &type, &status);
	return status && (!strcmp(status, "Invalid") || !strcmp(status, "Overflow"));
}

int dm_remove(const char *name, struct err *e)
{
	return STEP_OURS(e, "dm.reap", name, remove_map(name));
}

/* ---- what killed runs left ---- */

struct stack {
	bool (*is_meant)(const char *name);
	struct dm_stacked *map;
	size_t n;
};

static int stack_add(struct stack *stack, const struct dm_stacked *map)
{
	struct dm_stacked *grown = realloc(stack->map, (stack->n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	grown[stack->n++] = *map;
	stack->map = grown;
	return 0;
}

/* 1 with all that is known of it, 0 it is gone or stands on more than a map of ours ever does. */
static int read_deps(const char *name, struct dm_stacked *ret)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_DEPS, name);
	struct dm_info info;
	struct dm_deps *deps;
	int r = dmt ? run_task(dmt) : -ENOMEM;

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

	return r > 0 ? stack_add(stack, &map) : r;
}

int dm_stack(
	bool (*is_meant)(const char *name), struct dm_stacked **ret, size_t *ret_n, struct err *e)
{
	struct stack stack = {.is_meant = is_meant};
	int r = STEP_OURS(e, "dm.stack", "", each_map(consider_stacked, &stack));

	if (r < 0) {
		free(stack.map);
		return err_detail(e, "%s", last_words);
	}
	*ret = stack.map;
	*ret_n = stack.n;
	return 0;
}

int dm_adopt(struct scope *s, const char *name, struct err *e)
{
	struct held *h = calloc(1, sizeof(*h));

	if (!h)
		return err_set(e, -ENOMEM, "dm.remove", "%s", name);
	h->fd = -1;
	snprintf(h->name, sizeof(h->name), "%s", name);
	h->undo.by_hand = held_by_hand;
	scope_push(s, &h->undo, h->name, held_undo, held_free);
	return 0;
}

/* ---- what there is ---- */

void dm_version(char *to, size_t size)
{
	begin();
	if (!dm_driver_version(to, size))
		to[0] = '\0';
}

int dm_has_target(const char *target)
{
	own_task struct dm_task *dmt = new_task(DM_DEVICE_LIST_VERSIONS, NULL);
	struct dm_versions *at = dmt && run_task(dmt) >= 0 ? dm_task_get_versions(dmt) : NULL;

	for (; at; at = (struct dm_versions *)((char *)at + at->next)) {
		if (!strcmp(at->name, target))
			return 1;
		if (!at->next)
			break;
	}
	return 0;
}
