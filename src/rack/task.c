/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task - run the main job for one guest of many */
#include "rack/task.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "front/front.h"
#include "front/output.h"
#include "jobs/jobs.h"
#include "plan/plan_make.h"
#include "rack/manifest.h"
#include "rack/roster.h"

/* Run the main job with a JSON result and stamps. */
static int task_run(struct options *o, char **ret, struct pool_result *result, struct err *e)
{
	struct output out = {.fd = -1};
	struct plan plan;
	int r;

	o->output_format = "json";
	o->stamps = true;
	o->default_kernel = true;
	r = plan_make(&job_boot, o, &plan, e);
	if (r < 0)
		return r;
	plan_tell(&plan);
	r = out.fd = STEP(e, "task.answer", "", memfd_create("answer", MFD_CLOEXEC));
	if (r >= 0)
		r = front_run(&plan, &out, &result->unclean, e);
	if (r >= 0)
		r = STEP_OURS(e, "task.read", "", roster_read_text(out.fd, ret));
	output_done(&out);
	plan_done(&plan);
	return r;
}

static int rename_copy(const char *path, const char *dir, const char *name)
{
	char to[PATH_MAX];

	if (!path[0])
		return 0;
	if (snprintf(to, sizeof(to), "%s/%s", dir, name) >= (int)sizeof(to))
		return -ENAMETOOLONG;
	return rename(path, to) < 0 ? -errno : 0;
}

static int write_text(const char *dir, const char *text)
{
	size_t len = strlen(text);
	char path[PATH_MAX];
	own_fd int fd = -1;
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s/" MANIFEST_FILE, dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	return n < 0 ? -errno : n == (ssize_t)len ? 0 : -ENOSPC;
}

int task_look(const struct options *given, char **ret, struct pool_result *result, struct err *e)
{
	struct options o = *given;

	o.dry_run = true;
	return task_run(&o, ret, result, e);
}

int task_files(const struct options *given, const char *dir, const char *name, char **ret,
	struct pool_result *result, struct err *e)
{
	own_free char *answer = NULL, *text = NULL;
	struct options o = *given;
	struct taken taken;
	int r;

	o.output_directory = dir;
	o.checksum = true;
	r = task_run(&o, &answer, result, e);
	if (r >= 0)
		r = manifest_read(answer, &taken, e);
	if (r >= 0)
		r = STEP_OURS(e, "task.name", QUOTE(dir),
			rename_copy(taken.kernel, dir, MANIFEST_KERNEL));
	if (r >= 0)
		r = STEP_OURS(e, "task.name_initrd", QUOTE(dir),
			rename_copy(taken.ramdisk, dir, MANIFEST_INITRD));
	if (r >= 0)
		r = manifest_make(answer, name, &text, e);
	if (r >= 0)
		r = STEP_OURS(e, "task.manifest", QUOTE(dir), write_text(dir, text));
	if (r < 0)
		return r;
	result->bytes = taken.bytes;
	memcpy(result->version, taken.version, sizeof(taken.version));
	*ret = TAKE_PTR(text);
	return 0;
}
