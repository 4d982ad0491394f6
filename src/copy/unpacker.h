/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpacker - interface of a decompressor */
#ifndef DOMU_COPY_UNPACKER_H
#define DOMU_COPY_UNPACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maximum window; Linux itself is compressed with windows up to this size. */
#define UNPACK_WINDOW (UINT64_C(128) << 20)
/* Memory for liblzma, which also counts its own tables. */
#define UNPACK_MEMORY (UNPACK_WINDOW + (UINT64_C(32) << 20))

/* A decompressor's input and output; run() advances both. */
struct unpack_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	bool is_last; /* no input follows @in */
};

static inline void unpack_advance(struct unpack_io *io, size_t taken, size_t given)
{
	io->in += taken;
	io->in_left -= taken;
	io->out += given;
	io->out_left -= given;
}

/*
 * A decompressor. begin() returns a state, or NULL if out of memory. run() consumes and produces
 * what it can; it returns 1 at the end of the stream, 0 if it needs more input or room, -EBADMSG if
 * the input is damaged, -E2BIG if the window exceeds UNPACK_WINDOW, or -ENOMEM. end() frees the
 * state.
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
