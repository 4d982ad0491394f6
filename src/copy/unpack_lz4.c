/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack_lz4 - decompressor for lz4, by liblz4: frames, and the legacy format in kernels */
#include <errno.h>
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "copy/unpacker.h"

#define LEGACY_MAGIC 0x184c2102u
#define BLOCK_MAX    (8 << 20) /* of the legacy format, decompressed */
#define PACKED_MAX   LZ4_COMPRESSBOUND(BLOCK_MAX)

struct lz4 {
	LZ4F_dctx *frame;
	enum { START, FRAME, HEADER, BLOCK, GIVE } state;
	uint8_t number[4]; /* the magic, or a block's size */
	size_t n_number;
	uint32_t want; /* bytes of the block */
	uint8_t *in, *out;
	size_t n_in, n_out, given;
};

static void unpack_lz4_end(void *state)
{
	struct lz4 *l = state;

	LZ4F_freeDecompressionContext(l->frame);
	free(l->in);
	free(l->out);
	free(l);
}

static void *unpack_lz4_begin(void)
{
	struct lz4 *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->in = malloc(PACKED_MAX);
	l->out = malloc(BLOCK_MAX);
	if (l->in && l->out &&
		!LZ4F_isError(LZ4F_createDecompressionContext(&l->frame, LZ4F_VERSION)))
		return l;
	unpack_lz4_end(l);
	return NULL;
}

/* Collect up to @size bytes in @to; true when complete. */
static bool unpack_lz4_collect(struct unpack_io *io, uint8_t *to, size_t *have, size_t size)
{
	size_t n = io->in_left < size - *have ? io->in_left : size - *have;

	memcpy(to + *have, io->in, n);
	unpack_advance(io, n, 0);
	*have += n;
	return *have == size;
}

static uint32_t number(const struct lz4 *l)
{
	return (uint32_t)bytes_le(l->number, sizeof(l->number));
}

static int run_frame(struct lz4 *l, struct unpack_io *io)
{
	size_t in = io->in_left, out = io->out_left;
	size_t r = LZ4F_decompress(l->frame, io->out, &out, io->in, &in, NULL);

	unpack_advance(io, in, out);
	return LZ4F_isError(r) ? -EBADMSG : r == 0;
}

/* Read the magic, and pass it on to the frame decoder. */
static int unpack_lz4_start(struct lz4 *l, struct unpack_io *io)
{
	size_t in = sizeof(l->number), out = 0;

	if (!unpack_lz4_collect(io, l->number, &l->n_number, sizeof(l->number)))
		return 0;
	l->n_number = 0;
	l->state = number(l) == LEGACY_MAGIC ? HEADER : FRAME;
	if (l->state == FRAME &&
		LZ4F_isError(LZ4F_decompress(l->frame, io->out, &out, l->number, &in, NULL)))
		return -EBADMSG;
	return 0;
}

/*
 * The legacy format has no end marker: it ends with the bytes. In a kernel, four more bytes follow,
 * the decompressed size, which look like a block's size.
 */
static int read_header(struct lz4 *l, struct unpack_io *io)
{
	bool whole = unpack_lz4_collect(io, l->number, &l->n_number, sizeof(l->number));

	if (io->is_last && io->in_left == 0)
		return whole || l->n_number == 0 ? 1 : -EBADMSG;
	if (!whole)
		return 0;
	l->n_number = 0;
	l->want = number(l);
	if (l->want == LEGACY_MAGIC)
		return 0;
	if (l->want == 0 || l->want > (uint32_t)PACKED_MAX)
		return -EBADMSG;
	l->n_in = 0;
	l->state = BLOCK;
	return 0;
}

static int unpack_lz4_read_block(struct lz4 *l, struct unpack_io *io)
{
	int n;

	if (!unpack_lz4_collect(io, l->in, &l->n_in, l->want))
		return 0;
	n = LZ4_decompress_safe((const char *)l->in, (char *)l->out, (int)l->want, BLOCK_MAX);
	if (n < 0)
		return -EBADMSG;
	l->n_out = (size_t)n;
	l->given = 0;
	l->state = GIVE;
	return 0;
}

static int give(struct lz4 *l, struct unpack_io *io)
{
	size_t left = l->n_out - l->given, n = left < io->out_left ? left : io->out_left;

	memcpy(io->out, l->out + l->given, n);
	unpack_advance(io, 0, n);
	l->given += n;
	if (l->given == l->n_out)
		l->state = HEADER;
	return 0;
}

static int one(struct lz4 *l, struct unpack_io *io)
{
	switch (l->state) {
	case START:
		return unpack_lz4_start(l, io);
	case FRAME:
		return run_frame(l, io);
	case HEADER:
		return read_header(l, io);
	case BLOCK:
		return unpack_lz4_read_block(l, io);
	case GIVE:
		return give(l, io);
	}
	return -EBADMSG;
}

/* Run until there is no progress: more input or room is needed. */
static int unpack_lz4_run(void *state, struct unpack_io *io)
{
	struct lz4 *l = state;
	size_t in, out;
	int r;

	do {
		in = io->in_left;
		out = io->out_left;
		r = one(l, io);
	} while (r == 0 && (io->in_left != in || io->out_left != out));
	return r;
}

const struct unpacker unpack_lz4 = {
	.name = "lz4", .begin = unpack_lz4_begin, .run = unpack_lz4_run, .end = unpack_lz4_end};
