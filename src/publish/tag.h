/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tag - what a run is known by: in the kernel, and in the names of what it makes */
#ifndef DOMU_PUBLISH_TAG_H
#define DOMU_PUBLISH_TAG_H

#define TAG_LENGTH 6

/* A new one: it marks what is ours in the kernel, and names the copies. Negative errno. */
int tag_make(char tag[TAG_LENGTH + 1]);

/* What follows the tag of a run, "AbCdEf"; NULL: @text does not begin with one. */
const char *tag_end(const char *text);

#endif
