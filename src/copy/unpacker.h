/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpacker - a decompressor: the vtable */
#ifndef DOMU_COPY_UNPACKER_H
#define DOMU_COPY_UNPACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a stream may refer back to; Linux itself compresses with windows of up to that. */
#define UNPACK_WINDOW (UINT64_C(128) << 20)
/* What liblzma may take, which counts its own tables as well. */
#define UNPACK_MEMORY (UNPACK_WINDOW + (UINT64_C(32) << 20))

/* What a decompressor is handed, and moves on. */
struct unpack_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	bool is_last; /* no more comes behind what is in @in */
};

static inline void unpack_advance(struct unpack_io *io, size_t taken, size_t given)
{
	io->in += taken;
	io->in_left -= taken;
	io->out += given;
	io->out_left -= given;
}

/*
 * A format. begin() returns NULL when there is no memory. run() takes and gives what it can: 1 at
 * the end of the stream, 0 when it wants more room or more bytes, -EBADMSG for damaged ones, -E2BIG
 * where the window is larger than UNPACK_WINDOW, -ENOMEM.
 */
struct unpacker {
	const char *name;
	void *(*begin)(void);
	int (*run)(void *state, struct unpack_io *io);
	void (*end)(void *state);
};

extern const struct unpacker unpack_gzip, unpack_xz, unpack_lzma, unpack_zstd, unpack_lz4,
	unpack_bzip2;

#endif
