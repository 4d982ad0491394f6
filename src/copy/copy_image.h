/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy_image - a guest's file out of the image itself, past its filesystem and the loop device */
#ifndef DOMU_COPY_COPY_IMAGE_H
#define DOMU_COPY_COPY_IMAGE_H

#include "copy/copy_way.h"

/*
 * The image's way, as far as it goes. Steps "copy.extents", "copy.image", "copy.share", and
 * those of the others that are failures.
 */
int copy_from_image(struct copy *c, struct err *e);

#endif
