/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own - cleanup attributes for memory, descriptors and streams, which die with the process */
#ifndef DOMU_BASE_OWN_H
#define DOMU_BASE_OWN_H

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"

static inline void own_free_(void *p)
{
	free(*(void **)p);
}

static inline void own_file_(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void own_dir_(DIR **d)
{
	if (*d)
		closedir(*d);
}

/*
 * Close or free when the variable goes out of scope:
 * own_fd int fd = -1; own_free char *p = NULL; own_file FILE *f = NULL; own_dir DIR *d = NULL;
 */
#define own_fd	 __attribute__((cleanup(fd_close)))
#define own_free __attribute__((cleanup(own_free_)))
#define own_file __attribute__((cleanup(own_file_)))
#define own_dir	 __attribute__((cleanup(own_dir_)))

static inline int take_fd_(int *fd)
{
	int taken = *fd;

	assert(taken >= 0);
	*fd = -1;
	return taken;
}

/* Return the descriptor or pointer and reset the variable: ownership passes to the caller. */
#define TAKE_FD(fd) take_fd_(&(fd))
#define TAKE_PTR(p)                                                                                \
	__extension__({                                                                            \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

#endif
