/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline - the whole job on one page */
#include "run/pipeline.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/step.h"
#include "run/answer.h"
#include "run/attach.h"
#include "run/fetch.h"
#include "run/guest.h"
#include "run/prove.h"
#include "run/reap.h"
#include "run/resolve.h"
#include "sys/mnt.h"

/* The directories on the tmpfs need no undo of their own: they go with it. */
static int make_work_dirs(void)
{
	static const char *const dirs[] = {TREE_DIR, TRY_DIR, EMPTY_DIR};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (mkdir(dirs[i], 0555) < 0)
			return -errno;
	return 0;
}

/* One that was asked for by name is never replaced by another. */
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
		reap_before_run();
	return 0;
}

static int prepare(struct guest *g, struct err *e)
{
	int r = choose_mapper(g, e);

	if (r >= 0)
		r = mnt_tmpfs(g->world, WORK_DIR, e);

	if (r >= 0)
		r = STEP_OURS(e, "pipeline.dirs", WORK_DIR, make_work_dirs());
	if (r >= 0)
		r = reader_start(g->world, g->plan->runas, EMPTY_DIR, g->cancel_fd, &g->reader, e);
	if (r >= 0)
		r = disks_prepare(g, e);
	return r;
}

struct extraction {
	const struct plan *plan;
	const char *tag;
	int cancel_fd;
	struct scope *outputs;
};

/* From a fresh attach to the teardown. Every undo is tried, whatever went wrong before. */
static int extract(void *arg, struct fetched *f, struct err *e)
{
	const struct extraction *x = arg;
	own_free struct guest *g = calloc(1, sizeof(*g));
	SCOPE(world); /* always undone */
	int r;

	if (!g)
		return err_set(e, -ENOMEM, "pipeline.dirs", "%s", "");
	*g = (struct guest){.plan = x->plan,
		.tag = x->tag,
		.cancel_fd = x->cancel_fd,
		.world = &world,
		.tree_fd = -1,
		.mapper = x->plan->mapper,
		.told_in_use = f->in_use};

	r = prepare(g, e);
	if (r >= 0)
		r = resolve_tree(g, e); /* attach, table, map, probe, mount, fstab */
	if (r >= 0)
		r = fetch_all(x->outputs, g, f, e); /* resolve, recognise, copy */

	f->in_use = g->in_use;
	f->settled = !g->in_use || r == -EINTR;
	if (scope_unwind(&world, e)) { /* the machine is not as it was: no time to try again */
		f->settled = true;
		r = r < 0 ? r : e->code;
	}
	return r;
}

int pipeline_run(const struct plan *p, const char *tag, int cancel_fd, pipeline_tell_fn tell,
	void *arg, struct err *e)
{
	own_free struct fetched *f = calloc(1, sizeof(*f));
	own_fd int text_fd = -1;
	SCOPE(outputs); /* undone unless we say scope_keep_all() */
	struct extraction x = {.plan = p, .tag = tag, .cancel_fd = cancel_fd, .outputs = &outputs};
	struct result result;
	int r;

	if (!f)
		return err_set(e, -ENOMEM, "pipeline.dirs", "%s", "");
	if (!p->dry_run)
		reap_copies_before_run(p->output_dir);
	r = prove_extract(extract, &x, f, e); /* once, or until two agree */
	if (r < 0)
		return r;
	result = fetch_result(f, p);
	r = text_fd = answer_render(p->emitter, &result, e);
	if (r >= 0)
		r = publish_all(f, e);
	if (r >= 0)
		r = tell(arg, text_fd, e);
	if (r >= 0)
		scope_keep_all(&outputs);
	return r;
}
