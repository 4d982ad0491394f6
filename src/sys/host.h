/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host - what this kernel and this machine have; only looks, changes nothing */
#ifndef DOMU_SYS_HOST_H
#define DOMU_SYS_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* 1 where the kernel's module @name ('-' and '_' are the same) can be loaded or is built in. */
bool host_module(const char *name);

enum host_driver { HOST_ABSENT, HOST_LOADABLE, HOST_READY };

/* Whether @fstype can be mounted: now, or after the kernel has loaded its module by itself. */
enum host_driver host_filesystem(const char *fstype);

/* 0 or negative errno: openat2(2); an O_TMPFILE in @dir; /dev/fuse. */
int host_openat2(void);
int host_tmpfile(const char *dir);
int host_fuse(void);

struct host_xen {
	unsigned int major, minor; /* the hypervisor's version */
};

/* Whether this is a domain of Xen's. */
bool host_xen(struct host_xen *ret);

/* Whether udevd runs; and the path of a rules file whose name ends with @ending. */
bool host_has_udevd(void);
bool host_udev_rule(const char *ending, char *to, size_t size);

#endif
