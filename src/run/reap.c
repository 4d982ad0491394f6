/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - what a killed run may have left */
#include "run/reap.h"

#include <linux/major.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/scope.h"
#include "base/step.h"
#include "run/hint.h"
#include "sys/caps.h"
#include "sys/dm.h"
#include "sys/dm_hold.h"
#include "sys/loopdev.h"
#include "sys/loopscan.h"
#include "sys/stage.h"
#include "sys/unfinished.h"

/* A loop device of a killed run; as long as its scope lasts, no other run takes it. */
struct dead_loop {
	struct scope scope;
	struct loopdev_seized dev;
};

struct leftovers {
	const char *tag; /* of the one run that is meant; NULL: of any whose lock can be had */
	struct dead_loop *loop;
	size_t n_loops;
	struct dm_stacked *map; /* those with names of ours */
	size_t n_maps;
	size_t n_dead; /* the first so many are a killed run's, lowest first */
};

/* Leaves on the machine what is left in @l by now. */
static void leftovers_done(struct leftovers *l)
{
	for (size_t i = 0; i < l->n_loops; i++)
		scope_keep_all(&l->loop[i].scope);
	free(l->loop);
	free(l->map);
}

/* ---- finding ---- */

/* "loop7-domu1", "loop8-domu-layer"; an LV's map may well be called "vg-domu1". */
static bool is_named_as_ours(const char *name)
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

static int seize(struct leftovers *l, unsigned int number, struct err *e)
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
			r = seize(l, minor(map->on[i]), e);
	return r;
}

static int find_loops(struct leftovers *l, struct err *e)
{
	own_free unsigned int *numbers = NULL;
	size_t n = 0;
	int r = loopscan(&numbers, &n, e);

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = seize(l, numbers[i], e);
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

/* Brings the dead to the front, in the order in which they stand on each other. */
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
	return dm_stack(is_named_as_ours, &l->map, &l->n_maps, e);
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

/* ---- a run's own, and the next run ---- */

/* Highest first. */
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

int reap_run(const char *tag, struct err *e)
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

/* What is marked for removal goes by itself: a run that lives has all but the newest marked. */
static bool is_any_to_stay(const struct leftovers *l)
{
	for (size_t i = 0; i < l->n_maps; i++)
		if (!l->map[i].deferred)
			return true;
	return false;
}

void reap_before_run(void)
{
	struct leftovers l = {0};
	struct err why = {0};
	int r = list_maps(&l, &why);

	if (r >= 0 && is_any_to_stay(&l))
		r = find_maps(&l, &why);
	if (r >= 0)
		r = remove_maps(&l, &why);
	if (r < 0)
		log_warn("a killed run's map is still there: %s: %s: %s", hint_phrase(&why),
			why.subject, strerror(-r));
	else if (r > 0)
		log_verbose("removed %d maps of killed runs", r);
	leftovers_done(&l);
}

/* ---- everything ---- */

struct job {
	bool dry_run;
	FILE *to;
	struct reaped *count;
};

/* Removes the one thing in @s, or says that it would. */
static void dispose(const struct job *job, struct scope *s, const char *what, const char *name)
{
	bool failed = false;

	if (job->dry_run)
		scope_keep_all(s);
	else
		failed = scope_unwind(s, NULL) > 0;
	if (failed)
		job->count->failed++;
	else
		job->count->done++;
	if (!failed && job->to)
		fprintf(job->to, "%s the %s %s\n", job->dry_run ? "would remove" : "removed", what,
			name);
}

static int dispose_maps(const struct job *job, const struct leftovers *l, struct err *e)
{
	for (size_t i = l->n_dead; i-- > 0;) {
		SCOPE(s);
		int r = dm_adopt(&s, l->map[i].name, e);

		if (r < 0)
			return r;
		dispose(job, &s, "device-mapper map", l->map[i].name);
	}
	return 0;
}

static void dispose_loops(const struct job *job, struct leftovers *l)
{
	for (size_t i = 0; i < l->n_loops; i++)
		dispose(job, &l->loop[i].scope, "loop device", l->loop[i].dev.node);
}

static int dispose_file(void *arg, struct scope *s, const char *file, struct err *e)
{
	(void)e;
	dispose(arg, s, "unfinished copy", QUOTE(file));
	return 0;
}

static int dispose_directory(void *arg, struct scope *s, const char *dir, struct err *e)
{
	(void)e;
	dispose(arg, s, "unfinished directory", QUOTE(dir));
	return 0;
}

static int reap_machine(const struct job *job, struct err *e)
{
	struct leftovers l = {0};
	int r = list_maps(&l, e);

	if (r >= 0)
		r = find_loops(&l, e);
	if (r >= 0)
		r = find_maps(&l, e);
	if (r >= 0)
		r = dispose_maps(job, &l, e);
	if (r >= 0)
		dispose_loops(job, &l);
	leftovers_done(&l);
	return r;
}

void reap_copies_before_run(const char *dir)
{
	struct reaped count = {0};
	struct job job = {.count = &count};
	struct err why = {0};

	if (unfinished_each(dir, dispose_file, &job, &why) < 0)
		log_warn("copies of killed runs may be left: %s: %s: %s", hint_phrase(&why),
			why.subject, strerror(-why.code));
	else if (count.done > 0)
		log_verbose("removed %u copies of killed runs", count.done);
}

/* A place that can't be looked at is one where the run can't make anything, and it says so. */
void reap_directory_before_run(const char *dir)
{
	struct reaped count = {0};
	struct job job = {.count = &count};

	stage_each_left(dir, false, dispose_directory, &job, &(struct err){0});
	if (count.done > 0)
		log_verbose("removed %u directories of killed runs", count.done);
}

int reap_all(const char *const dir[], size_t n_dirs, const char *extracted, bool dry_run, FILE *to,
	struct reaped *ret, struct err *e)
{
	struct job job = {.dry_run = dry_run, .to = to, .count = ret};
	int r;

	*ret = (struct reaped){0};
	scope_on_failure(hint_tell_cleanup);
	r = caps_require(e);
	if (r >= 0)
		r = reap_machine(&job, e);
	for (size_t i = 0; r >= 0 && i < n_dirs; i++)
		if (dir[i])
			r = unfinished_each(dir[i], dispose_file, &job, e);
	if (r >= 0 && extracted)
		r = stage_each_left(extracted, true, dispose_directory, &job, e);
	return r;
}
