/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header - read an image's header: its size and the files that it refers to */
#ifndef DOMU_IMAGE_HEADER_H
#define DOMU_IMAGE_HEADER_H

#include "base/err.h"
#include "image/imagehead.h"

/* Look up a format by its name in configurations or headers; -1 if it is not supported. */
int image_format_by_name(const char *name);
const char *image_format_name(enum image_format format);
/* Return the name of qemu's driver. */
const char *image_format_driver(enum image_format format);

/*
 * Read an image's header. Values that contradict the file's size, or would make a reader allocate
 * much memory, are rejected.
 * @subject: name for messages
 * Returns: 0, or a negative errno; the detail says why
 * Errors: -EMEDIUMTYPE, step "imagehead.format", if it is not of this format; -EBADMSG, step
 * "imagehead.broken", if it is malformed; -EOPNOTSUPP, step "imagehead.kind", if it is encrypted,
 * has a parent image, or is of an unknown version; step "imagehead.read" if reading fails
 */
int imagehead_read(enum image_format format, const struct image_source *from, const char *subject,
	struct imagehead *ret, struct err *e);

#endif
