/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job_extract - the job of domUloader extract: into a directory, or one file to standard output */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "jobs/answer.h"
#include "jobs/extract.h"
#include "jobs/jobs.h"
#include "plan/options.h"
#include "plan/plan_make.h"
#include "publish/stage.h"

static int job_extract_refuse(const char *subject, const char *why, struct err *e)
{
	FAIL(e, -EINVAL, "plan.extract", "%s", subject);
	return err_detail(e, "%s", why);
}

static int job_extract_plan(const struct options *o, struct plan *p, struct err *e)
{
	p->directory = o->directory;
	p->modules = o->modules;
	p->to_stdout = o->to_stdout;
	p->file = o->file;
	p->n_files = o->n_files;
	if (!o->directory && !o->to_stdout)
		return job_extract_refuse(
			"no directory", "specify -o DIR, or --stdout for one file", e);
	if (o->to_stdout && (o->directory || o->modules || o->n_files > 1))
		return job_extract_refuse(
			"--stdout", "it accepts one file, and neither -o nor --modules", e);
	return plan_view(o, p, e);
}

static void job_extract_before(const struct plan *p)
{
	if (!p->to_stdout)
		stage_clear(p->directory);
}

static int job_extract_take(
	void *found, struct guest *g, struct scope *outputs, struct reading *reading, struct err *e)
{
	struct extracted *x = found;
	own_free struct manifest *last = malloc(sizeof(*last));
	int r;

	if (!last)
		return err_set(e, -ENOMEM, "extract.memory", "%s", "");
	*last = x->manifest;
	r = extract_all(g, outputs, x, e);
	reading->comparable = true;
	reading->differs = r >= 0 && !extract_is_same(last, &x->manifest);
	return r;
}

static int write_manifest(const struct extracted *x, struct err *e)
{
	own_fd int fd = STEP(e, "extract.manifest", QUOTE(x->stage->dir),
		openat(x->stage->fd, MANIFEST_NAME,
			O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644));
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int r, failed;

	if (!f)
		return fd < 0 ? fd : err_set(e, -ENOMEM, "extract.manifest", MANIFEST_NAME);
	TAKE_FD(fd);
	r = answer_manifest_json(f, &x->manifest, e);
	failed = ferror(f);
	if (fclose(f) != 0 && r >= 0)
		r = err_set(e, -errno, "extract.manifest", MANIFEST_NAME);
	if (failed && r >= 0) /* an earlier write failed; its errno is lost */
		r = err_set(e, -EIO, "extract.manifest", MANIFEST_NAME);
	return r;
}

static int job_extract_render(FILE *to, const void *found, const struct plan *p, struct err *e)
{
	const struct extracted *x = found;

	if (p->view.json)
		return answer_manifest_json(to, &x->manifest, e);
	answer_manifest_text(to, &x->manifest, x->stage->dir);
	return 0;
}

static int job_extract_answer(const void *found, const struct plan *p, struct err *e)
{
	const struct extracted *x = found;
	int r;

	if (p->to_stdout)
		return STEP(e, "extract.memory", "", fcntl(x->stdout_fd, F_DUPFD_CLOEXEC, 0));
	r = write_manifest(x, e);
	return r < 0 ? r : answer_render(job_extract_render, found, p, e);
}

static int job_extract_publish(void *found, struct err *e)
{
	struct extracted *x = found;

	return x->stage ? stage_publish(x->stage, e) : 0;
}

static void job_extract_done(void *found)
{
	extract_done(found);
}

static int job_extract_confirm(const struct plan *p, const char *tag, struct err *e)
{
	return p->to_stdout ? 0 : stage_confirm(p->directory, tag, e);
}

static int job_extract_retract(const struct plan *p, const char *tag, struct err *e)
{
	return p->to_stdout ? 0 : stage_retract(p->directory, tag, e);
}

const struct job job_extract = {
	.name = "extract",
	.many_disks = true,
	.size = sizeof(struct extracted),
	.plan = job_extract_plan,
	.before = job_extract_before,
	.take = job_extract_take,
	.answer = job_extract_answer,
	.publish = job_extract_publish,
	.done = job_extract_done,
	.confirm = job_extract_confirm,
	.retract = job_extract_retract,
};
