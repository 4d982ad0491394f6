/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - child processes: bound to their parent, limited, and waited for */
#ifndef DOMU_SYS_CHILD_H
#define DOMU_SYS_CHILD_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/*
 * Send @signal to this process when its parent dies. A change of uid clears this.
 * @parent: the process that called fork()
 * Returns: 0, or a negative errno
 * Errors: -ESRCH if the parent has died already
 */
int child_dies_with(pid_t parent, int signal);

/*
 * Wait for a child; child_end() kills it first.
 * @pid: set to 0 on success; 0 is permitted and means that there is no child
 * Returns: 0, or a negative errno
 */
int child_wait(pid_t *pid);
int child_end(pid_t *pid);

#define CHILD_HOW_SIZE 40

/*
 * Describe a wait status: "exit code 3", "killed by signal SIGSEGV".
 * Returns: @to
 */
const char *child_how(int status, char to[CHILD_HOW_SIZE]);

/*
 * Describe how the child @pid ended, without reaping it.
 * Returns: @to; NULL if it does not end within @timeout_ms or is not a child of this process
 */
const char *child_how_ended(pid_t pid, int timeout_ms, char to[CHILD_HOW_SIZE]);

/* Write a signal's name: "SIGTERM", "SIGRTMIN+1". Returns: @to */
const char *child_signal(int signo, char to[CHILD_HOW_SIZE]);

struct child_limit {
	__rlimit_resource_t what;
	rlim_t value; /* soft and hard limit */
};

/*
 * Set @n resource limits of this process.
 * Returns: 0, or a negative errno; earlier limits then stay set
 */
int child_limit(const struct child_limit *limits, size_t n);

#endif
