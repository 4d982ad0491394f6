/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest - SHA-256 by libnettle, which takes the processor's own instructions for it */
#ifndef DOMU_COPY_DIGEST_H
#define DOMU_COPY_DIGEST_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE SHA256_DIGEST_SIZE	  /* bytes */
#define DIGEST_TEXT (2 * DIGEST_SIZE + 1) /* as hexadecimal digits and a zero byte */

struct digest {
	struct sha256_ctx sha256;
};

void digest_begin(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t len);

/* Of all that was added. The digest begins anew. */
void digest_end(struct digest *d, uint8_t ret[DIGEST_SIZE]);

/* As sha256sum(1) prints it. */
void digest_text(const uint8_t bytes[DIGEST_SIZE], char to[DIGEST_TEXT]);

#endif
