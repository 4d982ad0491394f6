/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_xz - decompressors for xz and lzma, by liblzma */
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>

#include "copy/unpacker.h"

static void *unpack_xz_begin(lzma_ret (*open)(lzma_stream *))
{
	lzma_stream *s = calloc(1, sizeof(*s));

	if (s && open(s) != LZMA_OK) {
		free(s);
		s = NULL;
	}
	return s;
}

static lzma_ret open_xz(lzma_stream *s)
{
	return lzma_stream_decoder(s, UNPACK_MEMORY, 0);
}

static lzma_ret open_lzma(lzma_stream *s)
{
	return lzma_alone_decoder(s, UNPACK_MEMORY);
}

static void *begin_xz(void)
{
	return unpack_xz_begin(open_xz);
}

static void *begin_lzma(void)
{
	return unpack_xz_begin(open_lzma);
}

static int unpack_xz_run(void *state, struct unpack_io *io)
{
	lzma_stream *s = state;
	lzma_ret r;

	s->next_in = io->in;
	s->avail_in = io->in_left;
	s->next_out = io->out;
	s->avail_out = io->out_left;
	r = lzma_code(s, LZMA_RUN);
	unpack_advance(io, io->in_left - s->avail_in, io->out_left - s->avail_out);
	if (r == LZMA_STREAM_END)
		return 1;
	if (r == LZMA_MEMLIMIT_ERROR)
		return -E2BIG;
	if (r == LZMA_MEM_ERROR)
		return -ENOMEM;
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? 0 : -EBADMSG;
}

static void unpack_xz_end(void *state)
{
	lzma_end(state);
	free(state);
}

const struct unpacker unpack_xz = {
	.name = "xz", .begin = begin_xz, .run = unpack_xz_run, .end = unpack_xz_end};
const struct unpacker unpack_lzma = {
	.name = "lzma", .begin = begin_lzma, .run = unpack_xz_run, .end = unpack_xz_end};
