/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job_boot - the main job: copy kernel and initrds, and report their paths to the toolstack */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "answer/emitter.h"
#include "base/quote.h"
#include "base/step.h"
#include "jobs/answer.h"
#include "jobs/extract_tree.h"
#include "jobs/jobs.h"
#include "kernels/default.h"
#include "kernels/fetch.h"
#include "kernels/warn.h"
#include "plan/options.h"
#include "plan/plan_make.h"
#include "publish/stage.h"
#include "publish/unfinished.h"
#include "source/source.h"

struct boot {
	struct fetched fetched;
	struct default_kernel choice;
	struct stage *stage; /* the modules'; owned by the outputs scope; NULL: not started */
	struct manifest_tree modules;
};

/* Next to the copies. */
#define MODULES_PATH_SIZE (PATH_MAX + sizeof("/modules"))

static const char *modules_path(const struct plan *p, char to[MODULES_PATH_SIZE])
{
	snprintf(to, MODULES_PATH_SIZE, "%s/modules", p->output_dir);
	return to;
}

static int job_boot_plan(const struct options *o, struct plan *p, struct err *e)
{
	p->modules = o->modules && !o->dry_run;
	return plan_emitter(o, p, e);
}

static void job_boot_before(const struct plan *p)
{
	if (!p->dry_run)
		unfinished_clear(p->output_dir);
}

/* Each attempt copies them again. */
static int job_boot_take_modules(
	struct boot *boot, struct guest *g, struct scope *outputs, struct err *e)
{
	const struct manifest_tree last = boot->modules;
	struct fetched *f = &boot->fetched;
	const char *guest_kernel = f->file[0].is.part[0].guest_path;
	char path[MODULES_PATH_SIZE], release[RELEASE_SIZE];
	int r = boot->stage ? stage_discard(boot->stage, e) : 0;

	boot->modules = (struct manifest_tree){0};
	modules_release_of(f->kernel.version, guest_kernel, release);
	if (r >= 0)
		r = stage_begin(outputs, modules_path(g->plan, path), g->tag, &boot->stage, e);
	if (r >= 0)
		r = extract_modules(g, release, guest_kernel, boot->stage->fd, &boot->modules, e);
	f->differs |= strcmp(last.sha256, boot->modules.sha256) != 0;
	return r;
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
	if (r >= 0 && g->plan->modules)
		r = job_boot_take_modules(boot, g, outputs, e);
	f->in_use = g->in_use;
	reading->comparable = f->file[0].copy;
	reading->differs = f->differs;
	return r;
}

static int job_boot_render(FILE *to, const void *found, const struct plan *p, struct err *e)
{
	const struct boot *boot = found;
	struct result result = fetch_result(&boot->fetched, p);

	result.tree = p->modules ? &boot->modules : NULL;
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
	int r = fetch_publish(&boot->fetched, e);

	return r < 0 || !boot->stage ? r : stage_publish(boot->stage, e);
}

static void job_boot_done(void *found)
{
	struct boot *boot = found;

	default_kernel_done(&boot->choice);
}

static int job_boot_confirm(const struct plan *p, const char *tag, struct err *e)
{
	char path[MODULES_PATH_SIZE];
	int r = publish_confirm(p->output_dir, tag, e);

	return r < 0 || !p->modules ? r : stage_confirm(modules_path(p, path), tag, e);
}

static int job_boot_retract(const struct plan *p, const char *tag, struct err *e)
{
	char path[MODULES_PATH_SIZE];
	int r = publish_retract(p->output_dir, tag, e);

	return r < 0 || !p->modules ? r : stage_retract(modules_path(p, path), tag, e);
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
