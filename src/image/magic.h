/* SPDX-License-Identifier: GPL-2.0-or-later */
/* magic - which kind of image, other than raw, a file looks like */
#ifndef DOMU_IMAGE_MAGIC_H
#define DOMU_IMAGE_MAGIC_H

#include <stddef.h>
#include <stdint.h>

#define MAGIC_HEAD 520 /* bytes of a file that hold what is looked for */

/*
 * The kind of the file that begins with these bytes, as a number from 1 on; 0 for none that is
 * known. For messages only: a disk is read as its specification says, else as raw.
 */
int magic_recognise(const uint8_t *head, size_t len);

/* The enum image_format (image/imagehead.h) of that kind, where such images are read; else -1. */
int magic_format(int kind);

/* "a qcow2 image", and what to do with it; NULL for numbers that are no kind's. */
const char *magic_name(int kind);
const char *magic_advice(int kind);

#endif
