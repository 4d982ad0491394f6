/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer - the text for the toolstack: rendered in memory before the teardown, written after it */
#include "run/answer.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "run/job.h"

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

static int make_memfd(const char *text, size_t len)
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
	return STEP_OURS(e, "answer.render", p->job->name, make_memfd(text, len));
}

/* The descriptor is put into *ret; one that is not there yet stays -1. */
static int open_existing(const char *path, int *ret)
{
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
		      : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return path && errno == ENOENT ? 0 : -errno;
	*ret = fd;
	return 0;
}

static const char *output_name(const struct output *out, char *to, size_t size)
{
	return out->path ? quote_into(to, size, out->path) : "standard output";
}

int output_open(struct output *out, const char *path, struct err *e)
{
	char name[QUOTE_SIZE];

	*out = (struct output){.fd = -1, .path = path && strcmp(path, "-") ? path : NULL};
	return STEP_OURS(e, "output.open", output_name(out, name, sizeof(name)),
		open_existing(out->path, &out->fd));
}

static int make_missing(struct output *out, struct err *e)
{
	if (out->fd >= 0)
		return 0;
	out->fd = STEP(e, "output.make", QUOTE(out->path),
		open(out->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
	return out->fd < 0 ? out->fd : 0;
}

/* A file that was taken out of a guest may be large: it is not copied once more. */
static int map_text(int fd, char **ret, size_t *ret_len)
{
	struct stat st;
	void *text;

	if (fstat(fd, &st) < 0)
		return -1;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (text == MAP_FAILED)
		return -1;
	*ret = text;
	*ret_len = (size_t)st.st_size;
	return 0;
}

/*
 * A file that --output names holds the answer alone; what standard output is appended to is not
 * ours to cut.
 */
static int make_room(const struct output *out)
{
	struct stat st;

	if (out->path && fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode) &&
		ftruncate(out->fd, 0) < 0)
		return -errno;
	return 0;
}

/* One write(2) carries it; a second one only where a pipe or a signal cut the first short. */
static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int put(const struct output *out, const char *text, size_t len)
{
	int r = make_room(out);

	return r < 0 ? r : write_all(out->fd, text, len);
}

int output_write(struct output *out, int text_fd, struct err *e)
{
	char name[QUOTE_SIZE], *text = NULL;
	size_t len = 0;
	int r = STEP(e, "output.read", "", map_text(text_fd, &text, &len));

	if (r < 0)
		return r;
	r = make_missing(out, e);
	if (r >= 0)
		r = STEP_OURS(e, "output.write", output_name(out, name, sizeof(name)),
			put(out, text, len));
	munmap(text, len);
	return r;
}

void output_done(struct output *out)
{
	if (out->fd >= 0)
		close(TAKE_FD(out->fd));
}
