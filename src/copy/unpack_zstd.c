/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_zstd - decompressor for zstd, by libzstd */
#include <errno.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "copy/unpacker.h"

/* libzstd's own limit of the window is UNPACK_WINDOW. */
static void *unpack_zstd_begin(void)
{
	return ZSTD_createDStream();
}

static int unpack_zstd_run(void *state, struct unpack_io *io)
{
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_left};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_left};
	size_t r = ZSTD_decompressStream(state, &out, &in);

	unpack_advance(io, in.pos, out.pos);
	if (!ZSTD_isError(r))
		return r == 0;
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return -E2BIG;
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static void unpack_zstd_end(void *state)
{
	ZSTD_freeDStream(state);
}

const struct unpacker unpack_zstd = {
	.name = "zstd", .begin = unpack_zstd_begin, .run = unpack_zstd_run, .end = unpack_zstd_end};
