/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job_list - the command list: print what is on the disks of one guest or several */
#include <stdlib.h>

#include "base/step.h"
#include "disks/disk.h"
#include "disks/export.h"
#include "jobs/answer.h"
#include "jobs/jobs.h"
#include "kernels/survey.h"
#include "plan/options.h"
#include "plan/plan_make.h"
#include "source/source.h"

/* One survey of all disks, or one for each disk. */
struct surveys {
	struct survey *survey;
	size_t n;
};

static void surveys_done(struct surveys *all)
{
	for (size_t i = 0; i < all->n; i++)
		survey_done(&all->survey[i]);
	free(all->survey);
	*all = (struct surveys){0};
}

static int surveys_make(struct surveys *all, size_t n, struct err *e)
{
	surveys_done(all);
	all->survey = calloc(n, sizeof(*all->survey));
	if (!all->survey)
		return err_set(e, -ENOMEM, "find.superblock", "%s", "");
	all->n = n;
	return 0;
}

static int job_list_plan(const struct options *o, struct plan *p, struct err *e)
{
	p->may_be_several = !o->disks && o->n_disk == 0 && p->n_disks > 1;
	return plan_view(o, p, e);
}

/* Surveys the disk as the only one of a guest, in its own world. */
static int take_alone(struct guest *g, size_t at, struct survey *s, struct err *e)
{
	SCOPE(world);
	static char xvda[] = "xvda"; /* must outlive the world, like everything a list refers to */
	struct plan_disk disk = g->plan->disk[at];
	struct plan plan = *g->plan;
	struct guest alone = *g;
	int r;

	disk.spec.vdev = xvda;
	plan.disk = &disk;
	plan.n_disks = 1;
	alone.plan = &plan;
	alone.world = &world;
	alone.n_disks = 0;
	r = g->source->start(&alone, e);
	if (r >= 0)
		r = disks_prepare(&alone, e);
	if (r >= 0)
		r = survey_take(&alone, s, e);
	if (r < 0 && r != -EINTR)
		r = export_explain(&alone, r, e);
	g->in_use |= alone.in_use;
	if (scope_unwind(&world, e) > 0 && r >= 0)
		r = e->code;
	return r;
}

/* Returns 1 if more than one of the disks has a root: then they are separate guests. */
static int take_each(struct surveys *all, struct guest *g, struct err *e)
{
	size_t with_root = 0;
	int r = surveys_make(all, g->plan->n_disks, e);

	for (size_t i = 0; r >= 0 && i < all->n; i++) {
		r = take_alone(g, i, &all->survey[i], e);
		with_root += all->survey[i].roots.n > 0;
	}
	g->told_in_use |= g->in_use;
	return r < 0 ? r : with_root > 1;
}

/* One attempt is enough even if a disk is in use: nothing is extracted. */
static int job_list_take(
	void *found, struct guest *g, struct scope *outputs, struct reading *reading, struct err *e)
{
	struct surveys *all = found;
	int r = g->plan->may_be_several ? take_each(all, g, e) : 0;

	(void)outputs;
	(void)reading;
	if (r != 0) /* failed, or finished */
		return r;
	r = surveys_make(all, 1, e);
	return r < 0 ? r : survey_take(g, &all->survey[0], e);
}

static int job_list_render(FILE *to, const void *what, const struct plan *p, struct err *e)
{
	const struct surveys *all = what;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < all->n; i++) {
		const struct list *l = &all->survey[i].list;

		if (p->view.json) {
			r = answer_list_json(to, l, e);
			continue;
		}
		fputs(i ? "\n" : "", to);
		answer_list_text(to, l, &p->view);
	}
	return r;
}

static int job_list_answer(const void *found, const struct plan *p, struct err *e)
{
	return answer_render(job_list_render, found, p, e);
}

static void job_list_done(void *found)
{
	surveys_done(found);
}

const struct job job_list = {
	.name = "list",
	.many_disks = true,
	.size = sizeof(struct surveys),
	.plan = job_list_plan,
	.take = job_list_take,
	.answer = job_list_answer,
	.done = job_list_done,
};
