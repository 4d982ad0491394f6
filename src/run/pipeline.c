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

static int prepare(struct guest *g, struct err *e)
{
	int r = mnt_tmpfs(g->world, WORK_DIR, e);

	if (r >= 0)
		r = STEP_OURS(e, "pipeline.dirs", WORK_DIR, make_work_dirs());
	if (r >= 0)
		r = reader_start(g->world, g->plan->runas, EMPTY_DIR, g->cancel_fd, &g->reader, e);
	if (r >= 0)
		r = disks_prepare(g, e);
	return r;
}

/* Every undo is tried; the first that failed is the error, since the machine is not as it was. */
static int teardown(struct scope *world, struct err *e)
{
	return scope_unwind(world, e) ? e->code : 0;
}

int pipeline_run(const struct plan *p, const char *tag, int cancel_fd, pipeline_tell_fn tell,
	void *arg, struct err *e)
{
	own_free struct guest *g = calloc(1, sizeof(*g));
	own_free struct fetched *f = calloc(1, sizeof(*f));
	own_fd int text_fd = -1;
	SCOPE(outputs); /* undone unless we say scope_keep_all() */
	SCOPE(world);	/* always undone, before the outputs are */
	int r;

	if (!g || !f)
		return err_set(e, -ENOMEM, "pipeline.dirs", "%s", "");
	*g = (struct guest){
		.plan = p, .tag = tag, .cancel_fd = cancel_fd, .world = &world, .tree_fd = -1};
	g->mapper = p->mapper ? p->mapper : mapper_auto();

	r = prepare(g, e);
	if (r >= 0)
		r = resolve_tree(g, e); /* attach, table, map, probe, mount, fstab */
	if (r >= 0)
		r = fetch_all(&outputs, g, f, e); /* resolve, recognise, copy */
	if (r >= 0)
		r = text_fd = answer_render(p->emitter, &f->result, e);
	if (r >= 0)
		r = teardown(&world, e);
	if (r >= 0)
		r = publish_all(f, e);
	if (r >= 0)
		r = tell(arg, text_fd, e);
	if (r >= 0)
		scope_keep_all(&outputs);
	return r;
}
