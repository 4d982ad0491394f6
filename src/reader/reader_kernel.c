/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_kernel - kernels in the reader process: identify, unpack, compare */
#include "reader/reader_kernel.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/step.h"
#include "copy/unpack.h"
#include "guest/inside.h"

static uint8_t head[KERNEL_HEAD];

/* ---- identification ---- */

static int keep_head(void *arg, const uint8_t *bytes, size_t len, struct err *e)
{
	size_t *have = arg, n = len < KERNEL_HEAD - *have ? len : KERNEL_HEAD - *have;

	(void)e;
	memcpy(head + *have, bytes, n);
	*have += n;
	return *have == KERNEL_HEAD;
}

static struct unpack_request packed(
	const struct kernel_info *k, int fd, uint64_t limit, const char *subject)
{
	return (struct unpack_request){.format = k->compression,
		.in_fd = fd,
		.at = k->payload_at,
		.size = k->payload_size,
		.limit = limit,
		.subject = subject};
}

/* What cannot be unpacked is identified as unknown. */
static void look_into_packed(int fd, const char *subject, struct kernel_info *k)
{
	const struct unpack_request rq = packed(k, fd, UINT64_MAX, subject);
	size_t have = 0;

	unpack_stream(&rq, keep_head, &have, NULL);
	kernel_identify_inside(head, have, k);
}

static int identify(int fd, const char *subject, struct kernel_info *ret, struct err *e)
{
	struct stat st;
	int n = STEP(e, "reader.head", subject, pread(fd, head, sizeof(head), 0));

	if (n < 0)
		return n;
	if (fstat(fd, &st) < 0)
		st.st_size = n;
	kernel_identify(head, (size_t)n, (uint64_t)st.st_size, ret);
	if (ret->packed)
		look_into_packed(fd, subject, ret);
	return 0;
}

/* ---- content of the unpacked kernel ---- */

static int feed(void *arg, const uint8_t *bytes, size_t len, struct err *e)
{
	(void)e;
	inside_feed(arg, bytes, len);
	return inside_is_done(arg);
}

/* An uncompressed ELF is scanned directly. */
static void look_inside(int fd, uint64_t limit, const char *subject, struct kernel_info *k)
{
	static struct inside inside;
	struct unpack_request rq = packed(k, fd, limit, subject);

	if (kernel_is_bare(k))
		rq.size = limit;
	if (rq.size == 0)
		return;
	inside_begin(&inside, !k->version[0]);
	inside_tell(&inside, unpack_stream(&rq, feed, &inside, NULL) == 1, k);
}

int reader_kernel_look(
	int fd, uint64_t limit, const char *subject, struct kernel_info *ret, struct err *e)
{
	int r = identify(fd, subject, ret, e);

	if (r >= 0 && limit > 0 && ret->kind != KERNEL_UNKNOWN)
		look_inside(fd, limit, subject, ret);
	return r;
}

/* ---- unpacking ---- */

struct unpacking {
	const struct copy_request *rq;
	struct inside inside;
	struct digest digest;
	uint64_t done;
	bool differs;
};

static int write_out(void *arg, const uint8_t *bytes, size_t len, struct err *e)
{
	struct unpacking *u = arg;

	if (!inside_is_done(&u->inside))
		inside_feed(&u->inside, bytes, len);
	if (u->rq->checksum)
		digest_add(&u->digest, bytes, len);
	u->done += len;
	return STEP(e, "unpack.write", u->rq->subject, fd_write_all(u->rq->out_fd, bytes, len));
}

/* Returns 1, which stops, if the copy differs. */
static int compare_with(void *arg, const uint8_t *bytes, size_t len, struct err *e)
{
	static uint8_t theirs[64 * 1024];
	struct unpacking *u = arg;

	if (!inside_is_done(&u->inside))
		inside_feed(&u->inside, bytes, len);
	while (len > 0) {
		size_t want = len < sizeof(theirs) ? len : sizeof(theirs);
		int n = STEP(e, "copy.compare", u->rq->subject,
			TEMP_FAILURE_RETRY(pread(u->rq->out_fd, theirs, want, (off_t)u->done)));

		if (n < 0)
			return n;
		u->differs = n == 0 || memcmp(theirs, bytes, (size_t)n) != 0;
		if (u->differs)
			return 1;
		bytes += n;
		len -= (size_t)n;
		u->done += (uint64_t)n;
	}
	return 0;
}

/* The unpacked kernel must suit a loader without decompressors. */
static int check_result(const struct unpacking *u, struct err *e)
{
	struct kernel_info k;

	kernel_identify(u->inside.head, u->inside.head_len, u->done, &k);
	if (kernel_is_bare(&k))
		return 0;
	FAIL(e, -ENOEXEC, "unpack.result", "%s", u->rq->subject);
	return err_detail(e, "the unpacked data is neither an ELF nor an arm64 Image: %s",
		k.packed ? k.compression : kernel_kind_name(k.kind));
}

static int check_payload(const struct kernel_info *k, const char *subject, struct err *e)
{
	if (k->payload_size > 0)
		return 0;
	FAIL(e, -EOPNOTSUPP, "unpack.format", "%s", subject);
	return err_detail(e, "this %s has no payload in a known format; known formats: %s",
		kernel_kind_name(k->kind), unpack_names());
}

static int stream(struct unpacking *u, unpack_sink_fn sink, struct unpacked *ret, struct err *e)
{
	const struct copy_request *rq = u->rq;
	struct unpack_request from;
	int r = identify(rq->in_fd, rq->subject, &ret->kernel, e);

	if (r >= 0)
		r = check_payload(&ret->kernel, rq->subject, e);
	if (r < 0)
		return r;
	inside_begin(&u->inside, !ret->kernel.version[0]);
	from = packed(&ret->kernel, rq->in_fd, rq->limit, rq->subject);
	r = unpack_stream(&from, sink, u, e);
	if (r <= 0)
		return r;
	inside_tell(&u->inside, true, &ret->kernel);
	ret->copied.bytes = u->done;
	return 1;
}

int reader_kernel_unpack(const struct copy_request *rq, struct unpacked *ret, struct err *e)
{
	static struct unpacking u;
	int r = STEP(e, "copy.rewind", rq->subject, lseek(rq->out_fd, 0, SEEK_SET));

	u = (struct unpacking){.rq = rq};
	digest_begin(&u.digest);
	if (r >= 0)
		r = stream(&u, write_out, ret, e);
	if (r >= 0)
		r = check_result(&u, e);
	if (r < 0)
		return r;
	digest_end(&u.digest, ret->copied.sha256);
	return 0;
}

int reader_kernel_compare(const struct copy_request *rq, struct unpacked *ret, struct err *e)
{
	static struct unpacking u;
	int r;

	u = (struct unpacking){.rq = rq};
	r = stream(&u, compare_with, ret, e);
	return r < 0 ? r : !u.differs;
}
