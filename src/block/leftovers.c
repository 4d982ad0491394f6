/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leftovers - find and remove loop devices and maps left by killed runs */
#include "block/leftovers.h"

#include <errno.h>
#include <linux/major.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "block/dm.h"
#include "block/dm_hold.h"
#include "block/loopdev.h"
#include "block/loopscan.h"

/* A killed run's loop device, locked against other runs while its scope lasts. */
struct dead_loop {
	struct scope scope;
	struct loopdev_seized dev;
};

struct leftovers {
	const char *tag; /* only this run; NULL: any that can be locked */
	struct dead_loop *loop;
	size_t n_loops;
	struct dm_stacked *map; /* with names of ours */
	size_t n_maps;
	size_t n_dead; /* the first n_dead are a killed run's, lowest first */
};

/* Frees memory; what is left stays on the machine. */
static void leftovers_done(struct leftovers *l)
{
	for (size_t i = 0; i < l->n_loops; i++)
		scope_keep_all(&l->loop[i].scope);
	free(l->loop);
	free(l->map);
}

/* "loop7-domu1", "loop8-domu-layer"; an LV's map may also be called "vg-domu1". */
static bool leftovers_is_named_as_ours(const char *name)
{
	return !strncmp(name, "loop", 4) && strstr(name, "-domu");
}

static bool is_dead_loop(const struct leftovers *l, dev_t rdev)
{
	for (size_t i = 0; i < l->n_loops; i++)
		if (l->loop[i].dev.rdev == rdev)
			return true;
	return false;
}

static int leftovers_seize(struct leftovers *l, unsigned int number, struct err *e)
{
	struct dead_loop one = {0}, *grown;
	int r;

	if (is_dead_loop(l, makedev(LOOP_MAJOR, number)))
		return 0;
	grown = realloc(l->loop, (l->n_loops + 1) * sizeof(*grown));
	if (!grown)
		return err_set(e, -ENOMEM, "loop.seize", "loop%u", number);
	l->loop = grown;
	r = loopdev_seize(&one.scope, number, l->tag, &one.dev, e);
	if (r > 0)
		l->loop[l->n_loops++] = one;
	return r;
}

static int find_loops_below(struct leftovers *l, const struct dm_stacked *map, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < map->n_on; i++)
		if (major(map->on[i]) == LOOP_MAJOR)
			r = leftovers_seize(l, minor(map->on[i]), e);
	return r;
}

static int find_loops(struct leftovers *l, struct err *e)
{
	own_free unsigned int *numbers = NULL;
	size_t n = 0;
	int r = loopscan(&numbers, &n, e);

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = leftovers_seize(l, numbers[i], e);
	return r;
}

static bool is_dead(const struct leftovers *l, dev_t rdev)
{
	for (size_t i = 0; i < l->n_dead; i++)
		if (l->map[i].rdev == rdev)
			return true;
	return is_dead_loop(l, rdev);
}

static bool stands_on_dead(const struct leftovers *l, const struct dm_stacked *map)
{
	for (unsigned int i = 0; i < map->n_on; i++)
		if (!is_dead(l, map->on[i]))
			return false;
	return map->n_on > 0;
}

/* Move dead maps to the front, each after those it is stacked on. */
static void sort_maps(struct leftovers *l)
{
	size_t before;

	do {
		before = l->n_dead;
		for (size_t i = l->n_dead; i < l->n_maps; i++)
			if (stands_on_dead(l, &l->map[i])) {
				struct dm_stacked map = l->map[i];

				l->map[i] = l->map[l->n_dead];
				l->map[l->n_dead++] = map;
			}
	} while (l->n_dead > before);
}

static int list_maps(struct leftovers *l, struct err *e)
{
	char why[128];

	if (!dm_available(why, sizeof(why)))
		return 0;
	return dm_stack(leftovers_is_named_as_ours, &l->map, &l->n_maps, e);
}

static int find_maps(struct leftovers *l, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < l->n_maps; i++)
		r = find_loops_below(l, &l->map[i], e);
	if (r >= 0)
		sort_maps(l);
	return r;
}

/* Topmost first. */
static int remove_maps(const struct leftovers *l, struct err *e)
{
	int ret = 0;

	for (size_t i = l->n_dead; i-- > 0;) {
		int r = dm_remove(l->map[i].name, e);

		if (r < 0)
			ret = r;
	}
	return ret < 0 ? ret : (int)l->n_dead;
}

int leftovers_remove(const char *tag, struct err *e)
{
	struct leftovers l = {.tag = tag};
	int r = list_maps(&l, e);

	if (r >= 0)
		r = find_maps(&l, e);
	if (r >= 0)
		r = remove_maps(&l, e);
	leftovers_done(&l);
	return r;
}

/* Marked maps are removed by the kernel. A live run has marked all but its newest one. */
static bool is_any_to_stay(const struct leftovers *l)
{
	for (size_t i = 0; i < l->n_maps; i++)
		if (!l->map[i].deferred)
			return true;
	return false;
}

void leftovers_clear(void)
{
	struct leftovers l = {0};
	struct err why = {0};
	int r = list_maps(&l, &why);

	if (r >= 0 && is_any_to_stay(&l))
		r = find_maps(&l, &why);
	if (r >= 0)
		r = remove_maps(&l, &why);
	if (r < 0)
		log_warn("cannot remove a killed run's map: %s", HINT_LINE(&why, why.subject));
	else if (r > 0)
		log_verbose("removed %d maps of killed runs", r);
	leftovers_done(&l);
}

/* ---- all leftovers ---- */

static int each_map(const struct leftovers *l, leftovers_fn found, void *arg, struct err *e)
{
	int r = 0;

	for (size_t i = l->n_dead; r >= 0 && i-- > 0;) {
		SCOPE(s);

		r = dm_adopt(&s, l->map[i].name, e);
		if (r >= 0)
			r = found(arg, &s, "device-mapper map", l->map[i].name, e);
	}
	return r;
}

int leftovers_each(leftovers_fn found, void *arg, struct err *e)
{
	struct leftovers l = {0};
	int r = list_maps(&l, e);

	if (r >= 0)
		r = find_loops(&l, e);
	if (r >= 0)
		r = find_maps(&l, e);
	if (r >= 0)
		r = each_map(&l, found, arg, e);
	for (size_t i = 0; r >= 0 && i < l.n_loops; i++)
		r = found(arg, &l.loop[i].scope, "loop device", l.loop[i].dev.node, e);
	leftovers_done(&l);
	return r;
}
