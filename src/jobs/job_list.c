/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job_list - the job of domUloader list: show what is on a guest's disks */
#include "jobs/answer.h"
#include "jobs/jobs.h"
#include "kernels/survey.h"
#include "plan/plan_make.h"

/* One attempt is enough even if a disk is in use: nothing is extracted. */
static int job_list_take(
	void *found, struct guest *g, struct scope *outputs, struct reading *reading, struct err *e)
{
	(void)outputs;
	(void)reading;
	return survey_take(g, found, e);
}

static int job_list_render(FILE *to, const void *what, const struct plan *p, struct err *e)
{
	const struct survey *s = what;

	if (p->view.json)
		return answer_list_json(to, &s->list, e);
	answer_list_text(to, &s->list, &p->view);
	return 0;
}

static int job_list_answer(const void *found, const struct plan *p, struct err *e)
{
	return answer_render(job_list_render, found, p, e);
}

static void job_list_done(void *found)
{
	survey_done(found);
}

const struct job job_list = {
	.name = "list",
	.many_disks = true,
	.size = sizeof(struct survey),
	.plan = plan_view,
	.take = job_list_take,
	.answer = job_list_answer,
	.done = job_list_done,
};
