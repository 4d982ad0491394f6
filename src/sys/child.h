/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - our child processes: they end when we do, keep within limits, and are waited for */
#ifndef DOMU_SYS_CHILD_H
#define DOMU_SYS_CHILD_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/*
 * The death of @parent, which called fork(), sends us @signal from now on; -ESRCH: it has died
 * already. Becoming another user clears it. 0 or negative errno.
 */
int child_dies_with(pid_t parent, int signal);

/*
 * In the parent: waits until the child *pid has ended, which child_end() kills before; *pid is 0
 * after it, and may be before it. 0 or negative errno.
 */
int child_wait(pid_t *pid);
int child_end(pid_t *pid);

#define CHILD_HOW_SIZE 40

/*
 * Says how a process ended, by its wait status: "exit code 3", "killed by signal SIGSEGV". Returns
 * @to.
 */
const char *child_how(int status, char to[CHILD_HOW_SIZE]);

/*
 * The same for the child @pid, if it ends within @timeout_ms; it is still to be waited for. NULL:
 * it has not ended, or is no child of ours.
 */
const char *child_how_ended(pid_t pid, int timeout_ms, char to[CHILD_HOW_SIZE]);

/* A signal's name: "SIGTERM", "SIGRTMIN+1". Returns @to. */
const char *child_signal(int signo, char to[CHILD_HOW_SIZE]);

struct child_limit {
	__rlimit_resource_t what;
	rlim_t value; /* soft and hard */
};

/* 0 or negative errno. */
int child_limit(const struct child_limit *limits, size_t n);

#endif
