/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - copy a file with a size limit, and compare copies */
#include "copy/copy.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/step.h"
#include "copy/copy_image.h"

#define STRIDE (16 * 1024 * 1024) /* of each sendfile(2) */

static ssize_t copy_read_some(struct copy *c, size_t want)
{
	return TEMP_FAILURE_RETRY(read(c->in_fd, copy_buffer, want));
}

static int rewind_both(struct copy *c)
{
	return lseek(c->in_fd, 0, SEEK_SET) < 0 || lseek(c->out_fd, (off_t)c->at, SEEK_SET) < 0 ? -1
												: 0;
}

static int too_big(const struct copy *c, struct err *e)
{
	FAIL(e, -EFBIG, "copy.limit", "%s", c->subject);
	err_detail(e, "its size exceeds the limit of %" PRIu64 " bytes", c->limit);
	return -EFBIG;
}

/* One byte more than the limit, to detect larger files. */
static size_t want(const struct copy *c, size_t most)
{
	uint64_t left = c->limit - c->copied;

	return left < most ? (size_t)left + 1 : most;
}

static int set_direct(struct copy *c, bool on)
{
	int flags = fcntl(c->in_fd, F_GETFL);

	if (flags < 0)
		return -1;
	return fcntl(c->in_fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

/*
 * Bypass the page cache of the device with the guest's file: the image's own cache keeps the bytes
 * anyway. Direct I/O needs whole pages; the end of the file, data near the limit and failures are
 * left to the other ways.
 */
static int copy_directly(struct copy *c, struct err *e)
{
	int n = PAGE, r = 0;

	if (STEP(NULL, "copy.direct", c->subject, set_direct(c, true)) < 0)
		return 0;
	while (r >= 0 && n > 0 && n % PAGE == 0 && c->limit - c->copied >= CHUNK) {
		n = STEP(NULL, "copy.direct", c->subject, copy_read_some(c, CHUNK));
		if (n > 0)
			r = copy_write(c, (size_t)n, e);
	}
	set_direct(c, false);
	return r;
}

/*
 * Failures are left to read and write, which tell which of them failed. Cannot compute a digest, so
 * it is skipped if one is requested.
 */
static int copy_by_sendfile(struct copy *c, struct err *e)
{
	int n;

	if (c->wants_digest)
		return 0;
	do {
		n = STEP(NULL, "copy.send", c->subject,
			TEMP_FAILURE_RETRY(sendfile(c->out_fd, c->in_fd, NULL, want(c, STRIDE))));
		if (n > 0)
			c->copied += (uint64_t)n;
		if (c->copied > c->limit)
			return too_big(c, e);
	} while (n > 0);
	return 0;
}

static int copy_by_hand(struct copy *c, struct err *e)
{
	for (;;) {
		int r, n = STEP(e, "copy.read", c->subject, copy_read_some(c, want(c, CHUNK)));

		if (n <= 0)
			return n;
		if ((uint64_t)n > c->limit - c->copied)
			return too_big(c, e);
		r = copy_write(c, (size_t)n, e);
		if (r < 0)
			return r;
	}
}

/*
 * Reject a file by its size before anything is written. A file without a size, or one that grows,
 * is caught while copying.
 */
static int copy_check_size(struct copy *c, struct err *e)
{
	struct stat st;
	int r = STEP(e, "copy.stat", c->subject, fstat(c->in_fd, &st));

	if (r < 0)
		return r;
	c->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return c->size > c->limit ? too_big(c, e) : 0;
}

int copy_bytes(const struct copy_request *rq, struct copied *ret, struct err *e)
{
	struct copy c = {.in_fd = rq->in_fd,
		.out_fd = rq->out_fd,
		.at = rq->at,
		.limit = rq->limit,
		.subject = rq->subject,
		.wants_digest = rq->checksum,
		.image = rq->image,
		.shares = rq->image && rq->image->share};
	int r = copy_check_size(&c, e);

	if (c.wants_digest)
		copy_digest_until(c.at);
	if (r >= 0)
		r = STEP(e, "copy.rewind", c.subject, rewind_both(&c));
	if (r >= 0)
		r = c.image ? copy_from_image(&c, e) : 0;
	if (r >= 0)
		r = copy_directly(&c, e);
	if (r >= 0)
		r = copy_by_sendfile(&c, e);
	if (r >= 0)
		r = copy_by_hand(&c, e);
	if (r < 0)
		return r;
	ret->bytes = c.copied;
	if (c.wants_digest)
		copy_digest_so_far(ret->sha256);
	return 0;
}

/* Read up to @size bytes, less only at the end of the file. */
static ssize_t copy_read_block(int fd, char *to, size_t size, off_t at)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = TEMP_FAILURE_RETRY(pread(fd, to + have, size - have, at + (off_t)have));

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

static int copy_compare(int in_fd, int copy_fd, uint64_t at, uint64_t *ret_bytes)
{
	static char a[CHUNK], b[CHUNK];

	for (uint64_t done = 0;; done += CHUNK) {
		ssize_t n = copy_read_block(in_fd, a, sizeof(a), (off_t)done);
		ssize_t m = n < 0 ? n : copy_read_block(copy_fd, b, (size_t)n, (off_t)(at + done));

		if (m < 0)
			return (int)m;
		if (n != m || memcmp(a, b, (size_t)n) != 0)
			return 0;
		*ret_bytes = done + (uint64_t)n;
		if (n < CHUNK)
			return 1;
	}
}

int copy_equal(int in_fd, int copy_fd, uint64_t at, const char *subject, uint64_t *ret_bytes,
	struct err *e)
{
	return STEP_OURS(e, "copy.compare", subject, copy_compare(in_fd, copy_fd, at, ret_bytes));
}
