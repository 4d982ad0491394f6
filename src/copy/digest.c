/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest - SHA-256, by libnettle */
#include "copy/digest.h"

#include <stdio.h>

void digest_begin(struct digest *d)
{
	sha256_init(&d->sha256);
}

void digest_add(struct digest *d, const void *bytes, size_t len)
{
	sha256_update(&d->sha256, len, bytes);
}

void digest_end(struct digest *d, uint8_t ret[DIGEST_SIZE])
{
	sha256_digest(&d->sha256, DIGEST_SIZE, ret);
}

void digest_text(const uint8_t bytes[DIGEST_SIZE], char to[DIGEST_TEXT])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}
