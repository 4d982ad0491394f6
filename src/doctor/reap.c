/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - remove what killed runs left */
#include "doctor/reap.h"

#include "base/hint.h"
#include "base/quote.h"
#include "base/scope.h"
#include "block/leftovers.h"
#include "publish/stage.h"
#include "publish/unfinished.h"
#include "sys/caps.h"

struct job {
	bool dry_run;
	FILE *to;
	const char *what; /* what the paths are, for messages */
	struct reaped *count;
};

/* Remove the one item in @s; in a dry run only print it. */
static void dispose(const struct job *job, struct scope *s, const char *what, const char *name)
{
	if (job->dry_run) {
		scope_keep_all(s);
	} else if (scope_unwind(s, NULL) > 0) {
		job->count->failed++;
		return;
	}
	job->count->done++;
	if (job->to)
		fprintf(job->to, "%s the %s %s\n", job->dry_run ? "would remove" : "removed", what,
			name);
}

static int dispose_device(
	void *arg, struct scope *s, const char *what, const char *name, struct err *e)
{
	(void)e;
	dispose(arg, s, what, name);
	return 0;
}

static int dispose_path(void *arg, struct scope *s, const char *path, struct err *e)
{
	const struct job *job = arg;

	(void)e;
	dispose(job, s, job->what, QUOTE(path));
	return 0;
}

int reap_all(const char *const dir[], size_t n_dirs, const char *extracted, bool dry_run, FILE *to,
	struct reaped *ret, struct err *e)
{
	struct job job = {.dry_run = dry_run, .to = to, .what = "unfinished copy", .count = ret};
	int r;

	*ret = (struct reaped){0};
	scope_on_failure(hint_tell_cleanup);
	r = caps_require(e);
	if (r >= 0)
		r = leftovers_each(dispose_device, &job, e);
	for (size_t i = 0; r >= 0 && i < n_dirs; i++)
		if (dir[i])
			r = unfinished_each(dir[i], dispose_path, &job, e);
	job.what = "unfinished directory";
	if (r >= 0 && extracted)
		r = stage_each_left(extracted, true, dispose_path, &job, e);
	return r;
}

int reap(const struct options *o, struct err *e)
{
	const char *const dirs[] = {o->tmpdir, o->output_directory};
	struct reaped reaped;
	int r = reap_all(dirs, 2, o->directory, o->dry_run, o->quiet ? NULL : stdout, &reaped, e);

	if (r < 0)
		return r;
	if (!reaped.done && !reaped.failed && !o->quiet)
		puts("nothing to remove");
	return reaped.failed ? EXIT_CLEANUP : EXIT_DONE;
}
