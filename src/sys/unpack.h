/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - compressed bytes out of a file, as a stream: the vtable, the list */
#ifndef DOMU_SYS_UNPACK_H
#define DOMU_SYS_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

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

/* "gzip, xz, ...": for messages. */
const char *unpack_names(void);

struct unpack_request {
	const char *format; /* a name; "": the bytes as they are */
	int in_fd;
	uint64_t at, size;   /* the compressed bytes */
	uint64_t limit;	     /* of those that come out */
	const char *subject; /* names the file, quoted */
};

/* Takes the next bytes: 0 to go on, 1 when it has enough, negative errno with *e. */
typedef int (*unpack_sink_fn)(void *arg, const uint8_t *bytes, size_t len, struct err *e);

/*
 * Hands what comes out to @sink, to the stream's end, which need not be the end of @size bytes: 1;
 * or until the sink has enough: 0. More than @limit bytes is -EFBIG ("unpack.limit"), and the sink
 * has seen no more than @limit then; damaged or cut off -EBADMSG ("unpack.data"); a format that
 * there is none for -EOPNOTSUPP ("unpack.format"). Also "unpack.begin", "unpack.read".
 */
int unpack_stream(const struct unpack_request *rq, unpack_sink_fn sink, void *arg, struct err *e);

#endif
