/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_request - a copy's request and result */
#ifndef DOMU_COPY_COPY_REQUEST_H
#define DOMU_COPY_COPY_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "copy/digest.h"

/*
 * The image with the file's data: it contains the device of the file's filesystem, and the file's
 * extents on that device are known. Extents are checked before use.
 */
struct copy_image {
	int fd;		      /* O_RDONLY; its offset does not move */
	int extents_fd;	      /* an array of struct extent, from the start of the file */
	uint64_t start, size; /* of the device in the image, in bytes */
	bool share;	      /* share blocks if the filesystem of image and copy can */
};

struct copy_request {
	int in_fd, out_fd;
	uint64_t at;	     /* offset in out_fd */
	uint64_t limit;	     /* bytes */
	bool checksum;	     /* compute a digest in the same pass */
	const char *subject; /* the file's name for messages, quoted */
	const struct copy_image *image;
};

struct copied {
	uint64_t bytes;
	uint8_t sha256[DIGEST_SIZE]; /* if requested: of out_fd up to the end of this file */
};

#endif
