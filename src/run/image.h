/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image - says of a disk without a table what it looks like, when nothing is found on it */
#ifndef DOMU_RUN_IMAGE_H
#define DOMU_RUN_IMAGE_H

#include "run/guest.h"

#define IMAGE_TEXT_MAX 400 /* bytes that the explanation takes */

/*
 * For an error's detail, after a failure to find something: what the disk looks like where it is a
 * file that begins as an image of another format, or as a compressed file does, and what to do.
 * "" where it isn't, or hasn't been opened. Nothing is ever read as another format for that.
 */
void image_explain(struct guest *g, const struct disk *d, char to[IMAGE_TEXT_MAX]);

/* The same of the first disk of which there is something to say. */
void image_explain_any(struct guest *g, char to[IMAGE_TEXT_MAX]);

#endif
