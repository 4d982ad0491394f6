/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - the first names in a directory, for a message */
#ifndef DOMU_SYS_LISTING_H
#define DOMU_SYS_LISTING_H

#include <stddef.h>

/*
 * The names in the directory @path_fd (O_PATH), sorted and quoted, as many as fit, with "..." where
 * there are more. Returns how many there are to tell, 0 for none, -1
 * where it can't be read.
 */
int listing_of(int path_fd, char *to, size_t size);

#endif
