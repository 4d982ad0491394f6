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
#include "resolve/resolve.h"

struct boot {
	struct fetched fetched;
	struct choice choice;
};

static int plan(const struct options *o, struct plan *p, struct err *e)
{
	p->emitter = emitter_by_name(o->output_format);
	if (p->emitter)
		return 0;
	FAIL(e, -EINVAL, "plan.format", "--output-format=%s", QUOTE(o->output_format));
	return err_detail(e, "there are: %s", emitter_names());
}

static void before(const struct plan *p)
{
	if (!p->dry_run)
		unfinished_clear(p->output_dir);
}

static int take(
	void *found, struct guest *g, struct scope *outputs, struct proof *proof, struct err *e)
{
	struct boot *boot = found;
	struct fetched *f = &boot->fetched;
	int r = choose_kernel(g, &boot->choice, e);

	f->differs = false;
	if (r >= 0)
		r = resolve_tree(g, e); /* attach, table, map, probe, mount, fstab */
	if (r >= 0)
		r = fetch_all(outputs, g, f, e); /* resolve, recognise, copy */
	f->in_use = g->in_use;
	proof->comparable = f->file[0].copy;
	proof->differs = f->differs;
	return r;
}

static int render(FILE *to, const void *found, const struct plan *p, struct err *e)
{
	const struct boot *boot = found;
	const struct result result = fetch_result(&boot->fetched, p);

	return p->emitter->render(to, &result, e);
}

static int answer(const void *found, const struct plan *p, struct err *e)
{
	const struct boot *boot = found;

	advise_kernel(&boot->fetched);
	return answer_render(render, found, p, e);
}

static int publish(void *found, struct err *e)
{
	struct boot *boot = found;

	return publish_all(&boot->fetched, e);
}

static void done(void *found)
{
	struct boot *boot = found;

	choice_done(&boot->choice);
}

static int confirm(const struct plan *p, const char *tag, struct err *e)
{
	return publish_confirm(p->output_dir, tag, e);
}

static int retract(const struct plan *p, const char *tag, struct err *e)
{
	return publish_retract(p->output_dir, tag, e);
}

const struct job job_boot = {
	.name = "boot",
	.needs_entry = true,
	.size = sizeof(struct boot),
	.plan = plan,
	.tell = plan_tell_copies,
	.before = before,
	.take = take,
	.answer = answer,
	.publish = publish,
	.done = done,
	.confirm = confirm,
	.retract = retract,
};
