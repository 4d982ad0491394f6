/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - child processes: bound to their parent, limited, and waited for */
#include "sys/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"

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

const char *child_signal(int signo, char to[CHILD_HOW_SIZE])
{
	const char *name = sigabbrev_np(signo);

	if (name)
		snprintf(to, CHILD_HOW_SIZE, "SIG%s", name);
	else
		snprintf(to, CHILD_HOW_SIZE, "SIGRTMIN+%d", signo - SIGRTMIN);
	return to;
}

static const char *child_describe(bool is_killed, int number, char to[CHILD_HOW_SIZE])
{
	char name[CHILD_HOW_SIZE];

	if (is_killed)
		snprintf(to, CHILD_HOW_SIZE, "killed by signal %.20s", child_signal(number, name));
	else
		snprintf(to, CHILD_HOW_SIZE, "exit code %d", number);
	return to;
}

const char *child_how(int status, char to[CHILD_HOW_SIZE])
{
	bool is_killed = WIFSIGNALED(status);

	return child_describe(is_killed, is_killed ? WTERMSIG(status) : WEXITSTATUS(status), to);
}

const char *child_how_ended(pid_t pid, int timeout_ms, char to[CHILD_HOW_SIZE])
{
	own_fd int pid_fd = pid > 0 ? pidfd_open(pid, 0) : -1;
	struct pollfd p = {.fd = pid_fd, .events = POLLIN};
	siginfo_t info = {0};

	/* A tracer is notified first: the pidfd is readable before the parent can wait for it. */
	if (pid_fd < 0 || TEMP_FAILURE_RETRY(poll(&p, 1, timeout_ms)) <= 0 ||
		TEMP_FAILURE_RETRY(waitid(P_PIDFD, (id_t)pid_fd, &info, WEXITED | WNOWAIT)) < 0)
		return NULL;
	return child_describe(info.si_code != CLD_EXITED, info.si_status, to);
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
