/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - decompress a file as a stream: the list of decompressors */
#ifndef DOMU_COPY_UNPACK_H
#define DOMU_COPY_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Return the formats' names, for messages. */
const char *unpack_names(void);

struct unpack_request {
	const char *format; /* a format's name; "" to copy bytes as they are */
	int in_fd;
	uint64_t at, size;   /* the compressed bytes */
	uint64_t limit;	     /* of the decompressed bytes */
	const char *subject; /* the file's name for messages, quoted */
};

/* Consume the next bytes. Returns 0 to continue, 1 to stop, or a negative errno with *e. */
typedef int (*unpack_sink_fn)(void *arg, const uint8_t *bytes, size_t len, struct err *e);

/*
 * Decompress to @sink, up to the end of the stream, which may be before @size, or until the sink
 * stops. The sink never gets more than @limit bytes.
 * Returns: 1 at the end of the stream, 0 if the sink stopped, or a negative errno
 * Errors: -EFBIG, step "unpack.limit", beyond @limit; -EBADMSG, step "unpack.data", if damaged or
 * truncated; -EOPNOTSUPP, step "unpack.format", if the format is unknown; steps "unpack.begin",
 * "unpack.read"; those of the sink
 */
int unpack_stream(const struct unpack_request *rq, unpack_sink_fn sink, void *arg, struct err *e);

#endif
