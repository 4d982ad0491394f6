/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - compressed bytes out of a file, as a stream: the vtable, the list */
#ifndef DOMU_COPY_UNPACK_H
#define DOMU_COPY_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

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
