/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_image - copy a guest's file directly from the image, bypassing filesystem and loop device */
#ifndef DOMU_COPY_COPY_IMAGE_H
#define DOMU_COPY_COPY_IMAGE_H

#include "copy/copy_way.h"

/*
 * Copy from the image as far as possible; the other ways continue from there. Failures of steps
 * "copy.extents", "copy.image" and "copy.share" only end this way.
 * Returns: 0, or a negative errno of another step
 */
int copy_from_image(struct copy *c, struct err *e);

#endif
