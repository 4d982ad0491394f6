/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool - many tasks, so many at a time, each in a process of its own */
#ifndef DOMU_RACK_POOL_H
#define DOMU_RACK_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "sys/wire.h"

/* What a task's process leaves behind: shared memory, zero when it begins. */
struct pool_result {
	bool ended;   /* it came to its end; else it was killed */
	int32_t code; /* negative errno, and err says why; else what the task returned */
	uint32_t unclean;
	struct wire_err err;
	uint64_t bytes; /* copied */
	char version[64];
	char note[256]; /* printable ASCII */
	double seconds;
};

struct pool {
	size_t n;	      /* tasks, told by their numbers from 0 on */
	unsigned int at_once; /* 1 or more */
	int keep_fd;	      /* stays open in the tasks' processes; -1: none */
	void *arg;

	/* In a process of its own: does the task, and says in *r what came of it. */
	void (*task)(void *arg, size_t i, struct pool_result *r);

	/*
	 * In the caller's. A line that the task's process said on stderr; its end; and, where
	 * tick_ms is not 0, now and then. @running: the tasks that are under way, @n of them.
	 */
	void (*said)(void *arg, size_t i, const char *line);
	void (*ended)(void *arg, size_t i, const struct pool_result *r);
	void (*tick)(void *arg, const size_t *running, size_t n);
	int tick_ms;
};

/* By the monotonic clock. */
double pool_seconds_since(const struct timespec *begin);

/*
 * Runs them all: no more processes, descriptors or memory than those that are under way need.
 * SIGINT, SIGTERM and SIGHUP are handed to the tasks as SIGTERM; no new one is begun then, and when
 * those under way have ended, it is -EINTR, step "pool.signal". A task whose parent dies gets
 * SIGTERM, too. Tasks begin with INT, TERM and HUP blocked, as front/front.h has them anyway. Steps
 * "pool.*".
 */
int pool_run(const struct pool *p, struct err *e);

#endif
