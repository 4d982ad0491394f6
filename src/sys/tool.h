/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool - fork and exec of a tool: no shell, no descriptor of ours, a way to stop waiting */
#ifndef DOMU_SYS_TOOL_H
#define DOMU_SYS_TOOL_H

#include "base/err.h"

/*
 * Runs argv[0] (an absolute path, or looked up in /usr/sbin:/usr/bin:/sbin:/bin and nowhere
 * else) with stdin from /dev/null, stdout and stderr collected in one (the first 4 KiB; they go
 * into the error's detail on failure, on one line), a minimal environment (PATH, LC_ALL=C),
 * every other descriptor closed, signals as a fresh process has them, a process group of its own
 * (a ^C is for us to act on), and SIGKILL when we die (PDEATHSIG, getppid checked).
 * Waits for its end; where @cancel_fd (or -1) becomes readable or is closed at its other end
 * first, the tool and its group are killed and -EINTR returned ("tool.wait"). Needs pidfd_open
 * (Linux 5.3), and a SIGCHLD that is not ignored: a parent may have left it so, main() sets it
 * right.
 * Returns 0 when it exited with 0. Otherwise negative: what exec said when it didn't start
 * ("tool.start": -ENOENT when there is no such tool), -EIO when it failed ("tool.status"; detail:
 * exit status or signal, and its own words, those last that only warn at the beginning). The
 * subject is argv[0], quoted. Also "tool.null", "tool.pipe", "tool.fork", "tool.pidfd",
 * "tool.reap".
 */
int tool_run(const char *const argv[], int cancel_fd, struct err *e);

struct tool_request {
	const char *const *argv;
	const char *const *env;	   /* beside PATH and LC_ALL; NULL: nothing */
	int cancel_fd;		   /* or -1 */
	int out_fd;		   /* takes stdout; -1: it is collected with stderr */
	int (*confine)(void *arg); /* NULL, or what the child does last before the tool begins */
	void *arg;		   /* 0 or negative errno: then "tool.start" fails with it */
};

/* The same, for a tool that needs more to be said. */
int tool_run_confined(const struct tool_request *rq, struct err *e);

/*
 * Becomes the tool, found as tool_run() finds it, with that environment and @env (or NULL) beside
 * it; descriptors and signals are the caller's business. Returns only when it fails: negative
 * errno.
 */
int tool_become(const char *const argv[], const char *const env[]);

/* 1 when tool_run() would find @name, 0 when not. */
int tool_exists(const char *name);

#endif
