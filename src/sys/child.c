/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - child processes: bound to their parent, limited, and waited for */
#include "sys/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int child_dies_with(pid_t parent, int signal)
{
	if (prctl(PR_SET_PDEATHSIG, signal) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

int child_wait(pid_t *pid)
{
	if (*pid > 0 && TEMP_FAILURE_RETRY(waitpid(*pid, NULL, 0)) < 0)
		return -errno;
	*pid = 0;
	return 0;
}

int child_end(pid_t *pid)
{
	if (*pid > 0)
		kill(*pid, SIGKILL);
	return child_wait(pid);
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
