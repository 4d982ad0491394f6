/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run - fork and exec of a tool: no shell, no descriptor of ours, a way to stop waiting */
#ifndef DOMU_SYS_RUN_H
#define DOMU_SYS_RUN_H

#include "base/err.h"

/*
 * Runs argv[0] (an absolute path, or looked up in /usr/sbin:/usr/bin:/sbin:/bin and nowhere else) with stdin from /dev/null, stdout and stderr
 * collected (first 4 KiB of each line-flattened into the error's detail on failure), a minimal environment (PATH, LC_ALL=C), every other
 * descriptor closed, signals as a fresh process has them, and SIGKILL when we die (PDEATHSIG, getppid checked).
 * Waits for its end; where @cancel_fd (or -1) becomes readable first, the tool is killed and -EINTR returned.
 * Returns 0 when it exited with 0. Otherwise negative: -ENOENT when there is no such tool, -EIO when it failed (detail: its own words, exit
 * status or signal). Step "run.start", "run.wait", "run.status"; the subject is argv[0].
 */
int run_tool(const char *const argv[], int cancel_fd, struct err *e);

#endif
