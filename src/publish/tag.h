/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tag - the tag that identifies a run, in the kernel and in file names */
#ifndef DOMU_PUBLISH_TAG_H
#define DOMU_PUBLISH_TAG_H

#define TAG_LENGTH 6

/*
 * Generate a random tag of letters and digits.
 * Returns: 0, or a negative errno
 */
int tag_make(char tag[TAG_LENGTH + 1]);

/*
 * Skip a tag such as "AbCdEf" at the start of @text.
 * Returns: the rest of @text, or NULL if it does not start with a tag
 */
const char *tag_end(const char *text);

#endif
