/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline - a whole run, from attaching to publishing, for any job */
#include "keeper/pipeline.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/log.h"
#include "base/own.h"
#include "base/step.h"
#include "block/leftovers.h"
#include "disks/disk.h"
#include "disks/export.h"
#include "fs/mnt.h"
#include "keeper/consistent.h"
#include "mount/tree.h"
#include "plan/job.h"
#include "source/elsewhere.h"
#include "source/source.h"

/* These directories need no undo: they disappear with the tmpfs. */
static int make_work_dirs(void)
{
	static const char *const dirs[] = {TREE_DIR, PLACE_DIR, TRY_DIR, EMPTY_DIR};

	for (size_t i = 0; i < COUNT(dirs); i++)
		if (mkdir(dirs[i], 0555) < 0)
			return -errno;
	return 0;
}

/* A mapper specified by name is never replaced by another. */
static int choose_mapper(struct guest *g, struct err *e)
{
	char why[256] = "";

	if (!g->mapper) {
		g->mapper = mapper_auto();
	} else if (!g->mapper->usable(why, sizeof(why))) {
		FAIL(e, -EOPNOTSUPP, "pipeline.mapper", "--mapper=%s", g->mapper->name);
		return err_detail(e, "%s", why);
	}
	if (g->mapper->device_mapper)
		leftovers_clear();
	return 0;
}

static int pipeline_prepare(struct guest *g, struct err *e)
{
	int r = choose_mapper(g, e);

	if (r >= 0)
		r = mnt_tmpfs(g->world, WORK_DIR, e);

	if (r >= 0)
		r = STEP_OURS(e, "pipeline.dirs", WORK_DIR, make_work_dirs());
	if (r >= 0)
		r = reader_start(g->world, g->plan->runas, EMPTY_DIR, g->cancel_fd, &g->reader, e);
	if (r >= 0)
		r = g->source->start(g, e);
	if (r >= 0)
		r = disks_prepare(g, e);
	return r;
}

struct attempt {
	const struct plan *plan;
	const char *tag;
	int cancel_fd;
	struct scope *outputs;
	int (*take)(void *found, struct guest *g, struct scope *outputs, struct reading *reading,
		struct err *e); /* the job's */
	void *found;
};

/* One attempt, from attaching to the teardown. Every undo is tried, whatever failed before. */
static int attempt(void *arg, struct reading *reading, struct err *e)
{
	const struct attempt *a = arg;
	own_free struct guest *g = calloc(1, sizeof(*g));
	SCOPE(world); /* always undone */
	int r;

	if (!g)
		return err_set(e, -ENOMEM, "pipeline.dirs", "%s", "");
	*g = (struct guest){.plan = a->plan,
		.tag = a->tag,
		.cancel_fd = a->cancel_fd,
		.world = &world,
		.source = &source_hostfs,
		.mapper = a->plan->mapper,
		.told_in_use = reading->in_use};

	r = pipeline_prepare(g, e); /* work directories, the reader */
	if (r >= 0)
		r = a->take(a->found, g, a->outputs, reading, e);
	if (r < 0 && r != -EINTR)
		r = export_explain(g, r, e);

	reading->in_use = g->in_use;
	reading->settled = !g->in_use || r == -EINTR;
	if (scope_unwind(&world, e)) { /* an undo failed: do not try again */
		reading->settled = true;
		r = r < 0 ? r : e->code;
	}
	return r;
}

static int pipeline_look(
	void *found, struct guest *g, struct scope *outputs, struct reading *reading, struct err *e)
{
	(void)outputs;
	(void)reading;
	(void)e;
	elsewhere_explain(g, found);
	return 0;
}

/* After a failure, in a new world; messages that were printed are not repeated. */
static void pipeline_explain(const struct attempt *a, struct err *e)
{
	struct attempt look = *a;
	struct reading reading = {.in_use = true};
	struct err ignored = {0};

	if (!elsewhere_may_help(a->plan, e))
		return;
	log_set_level(LOG_LEVEL_QUIET);
	look.take = pipeline_look;
	look.found = e;
	attempt(&look, &reading, &ignored);
}

static int pipeline_work(struct attempt *a, pipeline_tell_fn tell, void *arg, struct err *e)
{
	const struct job *job = a->plan->job;
	own_fd int text_fd = -1;
	int r;

	if (job->before)
		job->before(a->plan);
	r = consistent_read(attempt, a, e); /* once, or until two agree */
	if (r < 0)
		pipeline_explain(a, e);
	if (r >= 0)
		r = text_fd = job->answer(a->found, a->plan, e);
	if (r >= 0 && job->publish)
		r = job->publish(a->found, e);
	if (r >= 0)
		r = tell(arg, text_fd, e); /* written and acknowledged */
	return r;
}

int pipeline_run(const struct plan *p, const char *tag, int cancel_fd, pipeline_tell_fn tell,
	void *arg, struct err *e)
{
	own_free void *found = calloc(1, p->job->size);
	SCOPE(outputs); /* undone unless we say scope_keep_all() */
	struct attempt a = {.plan = p,
		.tag = tag,
		.cancel_fd = cancel_fd,
		.outputs = &outputs,
		.take = p->job->take,
		.found = found};
	int r;

	if (!found)
		return err_set(e, -ENOMEM, "pipeline.dirs", "%s", "");
	r = pipeline_work(&a, tell, arg, e);
	if (r >= 0)
		scope_keep_all(&outputs);
	if (p->job->done)
		p->job->done(found);
	return r;
}
