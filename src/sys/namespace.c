/* SPDX-License-Identifier: GPL-2.0-or-later */
/* namespace - private mount namespaces */
#include "sys/namespace.h"

#include <sched.h>
#include <sys/mount.h>

#include "base/step.h"

int namespace_private(struct err *e)
{
	int r = STEP(e, "mnt.unshare", "mount namespace", unshare(CLONE_NEWNS));

	return r < 0 ? r
		     : STEP(e, "mnt.propagation", "/",
			       mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
}

int namespace_cover(const char *dir, unsigned long flags, const char *options)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	if (umount2(dir, MNT_DETACH) < 0 && errno != EINVAL)
		return -errno;
	return mount("tmpfs", dir, "tmpfs", flags, options) < 0 ? -errno : 0;
}
