/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer - render a job's result into a memfd */
#include "jobs/answer.h"

#include <sys/mman.h>

#include "base/own.h"
#include "base/step.h"
#include "plan/job.h"

static int render_text(answer_render_fn render, const void *found, const struct plan *p, char **ret,
	size_t *ret_len, struct err *e)
{
	FILE *f = open_memstream(ret, ret_len);
	int r;

	if (!f)
		return err_set(e, -ENOMEM, "answer.render", "%s", p->job->name);
	r = render(f, found, p, e);
	if (fclose(f) != 0 && r >= 0)
		r = err_set(e, -ENOMEM, "answer.render", "%s", p->job->name);
	return r;
}

static int answer_make_memfd(const char *text, size_t len)
{
	own_fd int fd = memfd_create("answer", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		return fd < 0 ? -errno : -ENOSPC;
	return TAKE_FD(fd);
}

int answer_render(answer_render_fn render, const void *found, const struct plan *p, struct err *e)
{
	own_free char *text = NULL;
	size_t len = 0;
	int r = render_text(render, found, p, &text, &len, e);

	if (r < 0)
		return r;
	return STEP_OURS(e, "answer.render", p->job->name, answer_make_memfd(text, len));
}
