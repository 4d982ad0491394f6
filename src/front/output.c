/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output - the result's destination: opened first, written last */
#include "front/output.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

/* *ret stays -1 if the file is missing. */
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

/* Mapped, not read into memory: an extracted file may be large. */
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
 * Truncate a file that --output names; standard output may be appended to. One write(2) suffices
 * unless a pipe or a signal cuts it short.
 */
static int output_put(const struct output *out, const char *text, size_t len)
{
	struct stat st;
	bool is_ours = out->path && fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode);

	if (is_ours && ftruncate(out->fd, 0) < 0)
		return -1;
	if (fd_write_all(out->fd, text, len) < 0)
		return -1;
	return out->is_line && text[len - 1] != '\n' && isatty(out->fd)
		       ? fd_write_all(out->fd, "\n", 1)
		       : 0;
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
		r = STEP(e, "output.write", output_name(out, name, sizeof(name)),
			output_put(out, text, len));
	munmap(text, len);
	return r;
}

void output_done(struct output *out)
{
	fd_close(&out->fd);
}
