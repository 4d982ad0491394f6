/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job_boot - the main job: kernel and initrd copied, and a toolstack told where they are */
#include "answer/emitter.h"
#include "base/quote.h"
#include "base/step.h"
#include "jobs/answer.h"
#include "jobs/jobs.h"
#include "kernels/default.h"
#include "kernels/fetch.h"
#include "kernels/warn.h"
#include "plan/options.h"
#include "plan/plan_make.h"
#include "publish/unfinished.h"
#include "source/source.h"

struct boot {
	struct fetched fetched;
	struct default_kernel choice;
};

static int job_boot_plan(const struct options *o, struct plan *p, struct err *e)
{
	p->emitter = emitter_by_name(o->output_format);
	if (p->emitter)
		return 0;
	FAIL(e, -EINVAL, "plan.format", "--output-format=%s", QUOTE(o->output_format));
	return err_detail(e, "there are: %s", emitter_names());
}

static void job_boot_before(const struct plan *p)
{
	if (!p->dry_run)
		unfinished_clear(p->output_dir);
}

static int job_boot_take(
	void *found, struct guest *g, struct scope *outputs, struct reading *reading, struct err *e)
{
	struct boot *boot = found;
	struct fetched *f = &boot->fetched;
	int r = default_kernel(g, &boot->choice, e);

	f->differs = false;
	if (r >= 0)
		r = source_enter(g, e); /* attach, table, map, probe, mount, fstab */
	if (r >= 0)
		r = fetch_all(outputs, g, f, e); /* resolve, recognise, copy */
	f->in_use = g->in_use;
	reading->comparable = f->file[0].copy;
	reading->differs = f->differs;
	return r;
}

static int job_boot_render(FILE *to, const void *found, const struct plan *p, struct err *e)
{
	const struct boot *boot = found;
	const struct result result = fetch_result(&boot->fetched, p);

	return p->emitter->render(to, &result, e);
}

static int job_boot_answer(const void *found, const struct plan *p, struct err *e)
{
	const struct boot *boot = found;

	warn_kernel(&boot->fetched);
	return answer_render(job_boot_render, found, p, e);
}

static int job_boot_publish(void *found, struct err *e)
{
	struct boot *boot = found;

	return fetch_publish(&boot->fetched, e);
}

static void job_boot_done(void *found)
{
	struct boot *boot = found;

	default_kernel_done(&boot->choice);
}

static int job_boot_confirm(const struct plan *p, const char *tag, struct err *e)
{
	return publish_confirm(p->output_dir, tag, e);
}

static int job_boot_retract(const struct plan *p, const char *tag, struct err *e)
{
	return publish_retract(p->output_dir, tag, e);
}

const struct job job_boot = {
	.name = "boot",
	.needs_entry = true,
	.size = sizeof(struct boot),
	.plan = job_boot_plan,
	.tell = plan_tell_copies,
	.before = job_boot_before,
	.take = job_boot_take,
	.answer = job_boot_answer,
	.publish = job_boot_publish,
	.done = job_boot_done,
	.confirm = job_boot_confirm,
	.retract = job_boot_retract,
};
