/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_request - what is to be copied, and what was */
#ifndef DOMU_COPY_COPY_REQUEST_H
#define DOMU_COPY_COPY_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "copy/digest.h"

/*
 * Where the file's bytes lie besides: its filesystem's device is a part of this image, and its
 * extents on that device are known. They are checked before they are used.
 */
struct copy_image {
	int fd;		      /* O_RDONLY; its offset is not moved */
	int extents_fd;	      /* an array of struct extent, from the file's start on */
	uint64_t start, size; /* of the device in it, bytes */
	bool share;	      /* blocks, where both files lie on one filesystem that can */
};

struct copy_request {
	int in_fd, out_fd;
	uint64_t at;	     /* where in out_fd it goes */
	uint64_t limit;	     /* bytes */
	bool checksum;	     /* wanted, in the same pass */
	const char *subject; /* names the file, quoted */
	const struct copy_image *image;
};

struct copied {
	uint64_t bytes;
	uint8_t sha256[DIGEST_SIZE]; /* where it was wanted: of out_fd until there */
};

#endif
