/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool - run a tool: no shell, no inherited descriptors, and a way to cancel it */
#ifndef DOMU_SYS_TOOL_H
#define DOMU_SYS_TOOL_H

#include "base/err.h"

/*
 * Run a tool and wait for it.
 * The tool gets stdin from /dev/null, a minimal environment (PATH, LC_ALL=C), default signal
 * handling, and no other descriptor. Its own process group keeps ^C from it, and it gets SIGKILL
 * when its parent dies. The first 4 KiB of its stdout and stderr are collected for the error's
 * detail.
 * Needs pidfd_open(2) (Linux 5.3). SIGCHLD must not be ignored; main() resets it.
 * @argv: argv[0] is absolute, or searched for in /usr/sbin:/usr/bin:/sbin:/bin only
 * @cancel_fd: kill the tool's process group if this becomes readable or is closed at its other end;
 * -1 for none
 * Returns: 0 if the tool exited with 0, or a negative errno; the subject is argv[0]
 * Errors: -EINTR, step "tool.wait", if cancelled; -ENOENT, step "tool.start", if there is no such
 * tool, or exec's errno; -EIO, step "tool.status", if the tool failed: the detail has the exit
 * status or signal, and the output with leading warnings moved to its end; steps "tool.null",
 * "tool.pipe", "tool.fork", "tool.pidfd", "tool.reap"
 */
int tool_run(const char *const argv[], int cancel_fd, struct err *e);

struct tool_request {
	const char *const *argv;
	const char *const *env;	   /* in addition to PATH and LC_ALL; NULL for none */
	int cancel_fd;		   /* -1 for none */
	int out_fd;		   /* receives stdout; -1: collect it with stderr */
	int (*confine)(void *arg); /* called in the child just before exec; may be NULL */
	void *arg;		   /* for confine(), whose negative errno fails "tool.start" */
};

/* Run a tool with more settings. Otherwise as tool_run(). */
int tool_run_confined(const struct tool_request *rq, struct err *e);

/*
 * Execute the tool in this process; it is found as by tool_run(). Descriptors and signals are not
 * touched.
 * @env: in addition to PATH and LC_ALL; NULL for none
 * Returns: only on failure, a negative errno
 */
int tool_become(const char *const argv[], const char *const env[]);

/* Test whether tool_run() would find @name: 1 or 0. */
int tool_exists(const char *name);

#endif
