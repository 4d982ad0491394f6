/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header - what an image's header says of it: its size, and the other files it refers to */
#ifndef DOMU_IMAGE_HEADER_H
#define DOMU_IMAGE_HEADER_H

#include "base/err.h"
#include "image/imagehead.h"

/* By the name that a configuration or a header uses; -1 for one that is not read. */
int image_format_by_name(const char *name);
const char *image_format_name(enum image_format format);
/* What qemu calls its driver. */
const char *image_format_driver(enum image_format format);

/*
 * Reads the header of an image of that format. Nothing in it is believed that would let its reader
 * ask for much memory, or that contradicts the file's size. @subject is for messages. Fails with
 *  "imagehead.read"    the bytes can't be had
 *  "imagehead.format"  -EMEDIUMTYPE: it is no such image
 *  "imagehead.broken"  -EBADMSG: it is one, and can't be right
 *  "imagehead.kind"    -EOPNOTSUPP: encrypted, a difference to another image, newer than is known
 * and says why in the detail.
 */
int imagehead_read(enum image_format format, const struct image_source *from, const char *subject,
	struct imagehead *ret, struct err *e);

#endif
