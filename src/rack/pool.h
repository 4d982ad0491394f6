/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool - run many tasks in parallel, each in a process of its own */
#ifndef DOMU_RACK_POOL_H
#define DOMU_RACK_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "sys/wire.h"

/* A task's result, in memory shared with its process. Zero at the start. */
struct pool_result {
	bool ended;   /* it finished; false: it was killed */
	int32_t code; /* negative errno, with the reason in err; else the task's result */
	uint32_t unclean;
	struct wire_err err;
	uint64_t bytes; /* copied */
	char version[64];
	char note[256]; /* printable ASCII */
	double seconds;
};

struct pool {
	size_t n;	      /* number of tasks; a task is known by its index */
	unsigned int at_once; /* at least 1 */
	int keep_fd;	      /* kept open in the tasks' processes; -1: none */
	void *arg;

	/* Called in the task's process: do task @i, and fill *r. */
	void (*task)(void *arg, size_t i, struct pool_result *r);

	/*
	 * Called in the calling process: for a line that a task wrote to stderr; for a task's end;
	 * and every tick_ms milliseconds unless that is 0.
	 * @running: the indices of the @n running tasks
	 */
	void (*said)(void *arg, size_t i, const char *line);
	void (*ended)(void *arg, size_t i, const struct pool_result *r);
	void (*tick)(void *arg, const size_t *running, size_t n);
	int tick_ms;
};

/* Seconds since @begin, by the monotonic clock. */
double pool_seconds_since(const struct timespec *begin);

/*
 * Run all tasks, at most at_once at a time. Processes, descriptors and memory are used for the
 * running tasks only.
 * On SIGINT, SIGTERM or SIGHUP, running tasks get SIGTERM, and no further task is started. A task
 * also gets SIGTERM if its parent dies. Tasks start with INT, TERM and HUP blocked, as
 * front/front.h does anyway.
 * Errors: -EINTR, step "pool.signal", after such a signal, once the running tasks have ended; steps
 * "pool.*"
 */
int pool_run(const struct pool *p, struct err *e);

#endif
