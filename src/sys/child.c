/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - what a child process of ours does for itself: ends when we do, keeps within limits */
#include "sys/child.h"

#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

int child_dies_with(pid_t parent, int signal)
{
	if (prctl(PR_SET_PDEATHSIG, signal) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

int child_limit(const struct child_limit *limits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct rlimit limit = {limits[i].value, limits[i].value};

		if (setrlimit(limits[i].what, &limit) < 0)
			return -errno;
	}
	return 0;
}
