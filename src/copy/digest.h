/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest - SHA-256, by libnettle */
#ifndef DOMU_COPY_DIGEST_H
#define DOMU_COPY_DIGEST_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE SHA256_DIGEST_SIZE	  /* bytes */
#define DIGEST_TEXT (2 * DIGEST_SIZE + 1) /* hexadecimal, with NUL */

struct digest {
	struct sha256_ctx sha256;
};

/* Start a digest, and add bytes to it. */
void digest_begin(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t len);

/* Get the digest of everything added. The digest starts over. */
void digest_end(struct digest *d, uint8_t ret[DIGEST_SIZE]);

/* Format as sha256sum(1) does. */
void digest_text(const uint8_t bytes[DIGEST_SIZE], char to[DIGEST_TEXT]);

#endif
