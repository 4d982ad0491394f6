/* SPDX-License-Identifier: GPL-2.0-or-later */
/* magic - recognize images that are not raw by their first bytes */
#ifndef DOMU_IMAGE_MAGIC_H
#define DOMU_IMAGE_MAGIC_H

#include <stddef.h>
#include <stdint.h>

#define MAGIC_HEAD 520 /* bytes at a file's start that suffice */

/*
 * Recognize a file by its first @len bytes. Only for messages: a disk is read in the format that
 * was specified, else as raw.
 * Returns: a number from 1 on, or 0 if unknown
 */
int magic_recognise(const uint8_t *head, size_t len);

/* Return the enum image_format (image/imagehead.h) of this kind; -1 if it is not supported. */
int magic_format(int kind);

/* Return the name, such as "a qcow2 image", and advice; NULL if there is no such kind. */
const char *magic_name(int kind);
const char *magic_advice(int kind);

#endif
