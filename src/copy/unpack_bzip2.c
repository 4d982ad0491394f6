/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_bzip2 - decompressor for bzip2, by libbz2 */
#include <bzlib.h>
#include <errno.h>
#include <stdlib.h>

#include "copy/unpacker.h"

static void *unpack_bzip2_begin(void)
{
	bz_stream *s = calloc(1, sizeof(*s));

	if (s && BZ2_bzDecompressInit(s, 0, 0) != BZ_OK) {
		free(s);
		s = NULL;
	}
	return s;
}

static int unpack_bzip2_run(void *state, struct unpack_io *io)
{
	bz_stream *s = state;
	int r;

	s->next_in = (char *)io->in;
	s->avail_in = (unsigned int)io->in_left;
	s->next_out = (char *)io->out;
	s->avail_out = (unsigned int)io->out_left;
	r = BZ2_bzDecompress(s);
	unpack_advance(io, io->in_left - s->avail_in, io->out_left - s->avail_out);
	if (r == BZ_STREAM_END)
		return 1;
	return r == BZ_OK ? 0 : r == BZ_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

static void unpack_bzip2_end(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

const struct unpacker unpack_bzip2 = {.name = "bzip2",
	.begin = unpack_bzip2_begin,
	.run = unpack_bzip2_run,
	.end = unpack_bzip2_end};
