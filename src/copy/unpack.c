/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - decompress a file as a stream: the list of decompressors */
#include "copy/unpack.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/quote.h"
#include "base/step.h"
#include "copy/unpacker.h"

#define IN_SIZE	 (128 * 1024)
#define OUT_SIZE (256 * 1024)

struct stream {
	const struct unpack_request *rq;
	const struct unpacker *unpacker;
	void *state;
	struct unpack_io io;
	uint64_t read, given; /* bytes */
};

static uint8_t in_buffer[IN_SIZE], out_buffer[OUT_SIZE];

/* ---- uncompressed ---- */

static void *plain_begin(void)
{
	static char nothing;

	return &nothing;
}

static int plain_run(void *state, struct unpack_io *io)
{
	size_t n = io->in_left < io->out_left ? io->in_left : io->out_left;

	(void)state;
	memcpy(io->out, io->in, n);
	unpack_advance(io, n, n);
	return io->is_last && io->in_left == 0;
}

static void plain_end(void *state)
{
	(void)state;
}

static const struct unpacker unpack_plain = {
	.name = "", .begin = plain_begin, .run = plain_run, .end = plain_end};

/* ---- the list ---- */

static const struct unpacker *const unpackers[] = {&unpack_plain, &unpack_gzip, &unpack_xz,
	&unpack_zstd, &unpack_lz4, &unpack_bzip2, &unpack_lzma};

static const struct unpacker *unpack_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(unpackers) / sizeof(unpackers[0]); i++)
		if (!strcmp(unpackers[i]->name, name))
			return unpackers[i];
	return NULL;
}

const char *unpack_names(void)
{
	return "gzip, xz, zstd, lz4, bzip2, lzma";
}

/* ---- the stream ---- */

static int fill(struct stream *s, struct err *e)
{
	uint64_t left = s->rq->size - s->read;
	size_t want = left < IN_SIZE ? (size_t)left : IN_SIZE;
	int n;

	if (s->io.in_left > 0 || s->io.is_last)
		return 0;
	n = STEP(e, "unpack.read", s->rq->subject,
		TEMP_FAILURE_RETRY(
			pread(s->rq->in_fd, in_buffer, want, (off_t)(s->rq->at + s->read))));
	if (n < 0)
		return n;
	s->read += (uint64_t)n;
	s->io.in = in_buffer;
	s->io.in_left = (size_t)n;
	s->io.is_last = n == 0 || s->read == s->rq->size;
	return 0;
}

static const char *words_of(int code)
{
	switch (code) {
	case -E2BIG:
		return "its window exceeds 128 MiB";
	case -ENOMEM:
		return "not enough memory";
	case -ENODATA:
		return "it ends too early";
	default:
		return "it is damaged";
	}
}

static int damaged(const struct stream *s, int code, struct err *e)
{
	_Static_assert(UNPACK_WINDOW == 128 << 20, "the words say so");
	FAIL(e, -EBADMSG, "unpack.data", "%s", s->rq->subject);
	err_detail(e, "%s: %s", s->unpacker->name, words_of(code));
	return -EBADMSG;
}

static int unpack_too_much(const struct stream *s, struct err *e)
{
	FAIL(e, -EFBIG, "unpack.limit", "%s", s->rq->subject);
	return err_detail(
		e, "the unpacked size exceeds the limit of %" PRIu64 " bytes", s->rq->limit);
}

/* Run the decompressor once. Returns 1 at the end of the stream, 2 if the sink stopped. */
static int turn(struct stream *s, unpack_sink_fn sink, void *arg, struct err *e)
{
	size_t had = s->io.in_left, n;
	int ran, r;

	s->io.out = out_buffer;
	s->io.out_left = OUT_SIZE;
	ran = s->unpacker->run(s->state, &s->io);
	n = OUT_SIZE - s->io.out_left;
	if (ran < 0)
		return damaged(s, ran, e);
	if (n > s->rq->limit - s->given)
		return unpack_too_much(s, e);
	s->given += n;
	r = n > 0 ? sink(arg, out_buffer, n, e) : 0;
	if (r != 0)
		return r < 0 ? r : 2;
	if (ran == 0 && n == 0 && s->io.in_left == had && (had > 0 || s->io.is_last))
		return damaged(s, -ENODATA, e);
	return ran;
}

static int unpack_run(struct stream *s, unpack_sink_fn sink, void *arg, struct err *e)
{
	int r = 0;

	while (r == 0) {
		r = fill(s, e);
		if (r >= 0)
			r = turn(s, sink, arg, e);
	}
	return r == 2 ? 0 : r;
}

int unpack_stream(const struct unpack_request *rq, unpack_sink_fn sink, void *arg, struct err *e)
{
	struct stream s = {.rq = rq, .unpacker = unpack_by_name(rq->format)};
	int r;

	if (!s.unpacker) {
		FAIL(e, -EOPNOTSUPP, "unpack.format", "%s", rq->subject);
		return err_detail(e, "it is compressed with %s; supported formats: %s", rq->format,
			unpack_names());
	}
	s.state = s.unpacker->begin();
	if (!s.state)
		return FAIL(e, -ENOMEM, "unpack.begin", "%s", rq->subject);
	r = unpack_run(&s, sink, arg, e);
	s.unpacker->end(s.state);
	return r;
}
