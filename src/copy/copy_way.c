/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_way - common helpers of the ways to copy */
#include "copy/copy_way.h"

#include <errno.h>
#include <unistd.h>

#include "base/step.h"

/* Of the current output file; its next part continues it. */
static struct {
	struct digest digest;
	uint64_t bytes;
} made;

char copy_buffer[CHUNK] __attribute__((aligned(PAGE)));

void copy_digest(const char *bytes, size_t len)
{
	digest_add(&made.digest, bytes, len);
	made.bytes += len;
}

void copy_digest_until(uint64_t at)
{
	static const char zeros[PAGE];

	if (at == 0) {
		digest_begin(&made.digest);
		made.bytes = 0;
	}
	while (made.bytes < at)
		copy_digest(zeros, at - made.bytes < PAGE ? (size_t)(at - made.bytes) : PAGE);
}

void copy_digest_so_far(uint8_t ret[DIGEST_SIZE])
{
	struct digest until_here = made.digest;

	digest_end(&until_here, ret);
}

int copy_write(struct copy *c, size_t len, struct err *e)
{
	size_t at = 0;

	while (at < len) {
		int n = STEP(e, "copy.write", c->subject,
			TEMP_FAILURE_RETRY(write(c->out_fd, copy_buffer + at, len - at)));

		if (n < 0)
			return n;
		at += (size_t)n;
	}
	if (c->wants_digest)
		copy_digest(copy_buffer, len);
	c->copied += len;
	return 0;
}
