/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host - read-only queries about this kernel and machine */
#ifndef DOMU_SYS_HOST_H
#define DOMU_SYS_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Test whether the kernel module @name can be loaded or is built in; '-' and '_' are equivalent. */
bool host_module(const char *name);

enum host_driver { HOST_ABSENT, HOST_LOADABLE, HOST_READY };

/* Test whether the kernel can mount @fstype: now, or after autoloading its module. */
enum host_driver host_filesystem(const char *fstype);

/*
 * Test for openat2(2), for O_TMPFILE in @dir, and for /dev/fuse.
 * Returns: 0 if usable, or a negative errno
 */
int host_openat2(void);
int host_tmpfile(const char *dir);
int host_fuse(void);

struct host_xen {
	unsigned int major, minor; /* the hypervisor's version */
};

/* Test whether this machine is a Xen domain. */
bool host_xen(struct host_xen *ret);

/*
 * Test whether udevd runs, and find a rules file whose name ends in @ending; to[size] gets its
 * path.
 */
bool host_has_udevd(void);
bool host_udev_rule(const char *ending, char *to, size_t size);

#endif
