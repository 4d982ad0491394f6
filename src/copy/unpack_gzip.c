/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_gzip - decompressor for gzip, by zlib */
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "copy/unpacker.h"

static void *unpack_gzip_begin(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	/* 16: gzip format only */
	if (z && inflateInit2(z, 16 + MAX_WBITS) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static int unpack_gzip_run(void *state, struct unpack_io *io)
{
	z_stream *z = state;
	int r;

	z->next_in = (uint8_t *)io->in;
	z->avail_in = (unsigned int)io->in_left;
	z->next_out = io->out;
	z->avail_out = (unsigned int)io->out_left;
	r = inflate(z, Z_NO_FLUSH);
	unpack_advance(io, io->in_left - z->avail_in, io->out_left - z->avail_out);
	if (r == Z_STREAM_END)
		return 1;
	return r == Z_OK || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static void unpack_gzip_end(void *state)
{
	inflateEnd(state);
	free(state);
}

const struct unpacker unpack_gzip = {
	.name = "gzip", .begin = unpack_gzip_begin, .run = unpack_gzip_run, .end = unpack_gzip_end};
