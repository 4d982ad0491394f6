/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool - run many tasks in parallel, each in a process of its own */
#include "rack/pool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "base/step.h"
#include "sys/child.h"

#define LINE_SIZE 2048

struct worker {
	pid_t pid; /* 0: idle */
	size_t task;
	int said_fd;
	char line[LINE_SIZE];
	size_t len;
	struct timespec begin;
	struct pool_result *result; /* shared with the process */
};

struct running {
	const struct pool *pool;
	struct worker *worker;
	struct pollfd *poll; /* [0] is for signals, then one per worker */
	size_t *task;	     /* for tick() */
	struct pool_result *results;
	sigset_t before;
	int signal_fd;
	size_t next; /* next task to start */
	size_t busy;
	int signo; /* the signal that stopped it; 0: none */
};

/* ---- the task's process ---- */

static int redirect(const struct pool *p, int said_fd)
{
	own_fd int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0 ||
		dup2(said_fd, STDERR_FILENO) < 0)
		return -errno;
	if (p->keep_fd < 3)
		return close_range(3, ~0U, 0) < 0 ? -errno : 0;
	if ((p->keep_fd > 3 && close_range(3, (unsigned int)p->keep_fd - 1, 0) < 0) ||
		close_range((unsigned int)p->keep_fd + 1, ~0U, 0) < 0)
		return -errno;
	TAKE_FD(null_fd); /* close_range() has closed it */
	return 0;
}

static int begin_task(const struct pool *p, const sigset_t *before, int said_fd, pid_t parent)
{
	int r = child_dies_with(parent, SIGTERM);
	sigset_t signals = *before;

	if (r < 0)
		return r;
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_SETMASK, &signals, NULL) < 0)
		return -errno;
	return redirect(p, said_fd);
}

static void pool_run_task(
	const struct running *s, const struct worker *w, int said_fd, pid_t parent)
{
	struct err e = {0};
	int r = STEP_OURS(&e, "pool.begin", "", begin_task(s->pool, &s->before, said_fd, parent));

	log_once_begin();
	if (r >= 0) {
		s->pool->task(s->pool->arg, w->task, w->result);
	} else {
		w->result->code = r;
		wire_err_from(&w->result->err, &e);
	}
	w->result->ended = true;
	_exit(0);
}

/* ---- starting and ending a task ---- */

static int pool_begin(struct running *s, struct worker *w, struct err *e)
{
	pid_t self = getpid();
	int pair[2] = {-1, -1};
	int r = STEP(e, "pool.pipe", "", pipe2(pair, O_CLOEXEC | O_NONBLOCK));

	if (r < 0)
		return r;
	*w = (struct worker){.task = s->next, .said_fd = pair[0], .result = w->result};
	*w->result = (struct pool_result){0};
	clock_gettime(CLOCK_MONOTONIC, &w->begin);
	fcntl(pair[1], F_SETFL, 0); /* blocking, so that a task's last lines are not lost */
	r = STEP(e, "pool.fork", "", w->pid = fork());
	if (r == 0)
		pool_run_task(s, w, pair[1], self);
	close(pair[1]);
	if (r < 0) {
		w->pid = 0;
		close(pair[0]);
		return r;
	}
	s->next++;
	s->busy++;
	return 0;
}

static void tell_line(const struct running *s, struct worker *w)
{
	w->line[w->len] = '\0';
	if (w->len)
		s->pool->said(s->pool->arg, w->task, w->line);
	w->len = 0;
}

/* Pass on what the task wrote so far, line by line. A line that is too long is split. */
static void listen_to(const struct running *s, struct worker *w)
{
	char text[4096];
	ssize_t n;

	while (w->said_fd >= 0 && (n = read(w->said_fd, text, sizeof(text))) >= 0) {
		if (n == 0) /* its processes have ended and will be reaped soon */
			close(TAKE_FD(w->said_fd));
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] == '\n' || w->len == sizeof(w->line) - 1)
				tell_line(s, w);
			if (text[i] != '\n')
				w->line[w->len++] = text[i];
		}
	}
}

double pool_seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

static void pool_end(struct running *s, struct worker *w, int status)
{
	struct pool_result result = *w->result;

	listen_to(s, w);
	tell_line(s, w);
	if (w->said_fd >= 0)
		close(TAKE_FD(w->said_fd));
	result.seconds = pool_seconds_since(&w->begin);
	if (!result.ended) {
		struct err e = {0};
		char how[CHILD_HOW_SIZE];

		result.code = FAIL(&e, -ECHILD, "pool.killed", "%s", "");
		err_detail(&e, "%s", child_how(status, how));
		wire_err_from(&result.err, &e);
	}
	w->pid = 0;
	s->busy--;
	s->pool->ended(s->pool->arg, w->task, &result);
}

/* Wait for our own children only: the caller may have others. */
static void pool_collect(struct running *s)
{
	for (unsigned int i = 0; i < s->pool->at_once; i++) {
		struct worker *w = &s->worker[i];
		int status;

		if (w->pid > 0 && waitpid(w->pid, &status, WNOHANG) == w->pid)
			pool_end(s, w, status);
	}
}

/* ---- the whole ---- */

static void tell_all_to_stop(struct running *s, int signo)
{
	s->signo = signo;
	for (unsigned int i = 0; i < s->pool->at_once; i++)
		if (s->worker[i].pid > 0)
			kill(s->worker[i].pid, SIGTERM);
}

static void pool_on_signal(struct running *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			tell_all_to_stop(s, (int)info.ssi_signo);
	pool_collect(s);
}

static void tick(struct running *s)
{
	size_t n = 0;

	for (unsigned int i = 0; i < s->pool->at_once; i++)
		if (s->worker[i].pid > 0)
			s->task[n++] = s->worker[i].task;
	s->pool->tick(s->pool->arg, s->task, n);
}

static int wait_for_news(struct running *s, struct err *e)
{
	int timeout = s->pool->tick_ms ? s->pool->tick_ms : -1;
	int r;

	for (unsigned int i = 0; i < s->pool->at_once; i++)
		s->poll[i + 1] = (struct pollfd){
			.fd = s->worker[i].pid > 0 ? s->worker[i].said_fd : -1, .events = POLLIN};
	r = STEP(e, "pool.poll", "", poll(s->poll, s->pool->at_once + 1, timeout));
	for (unsigned int i = 0; r > 0 && i < s->pool->at_once; i++)
		if (s->poll[i + 1].revents)
			listen_to(s, &s->worker[i]);
	if (r > 0 && s->poll[0].revents)
		pool_on_signal(s);
	return r;
}

static int begin_some(struct running *s, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < s->pool->at_once && s->next < s->pool->n; i++)
		if (s->worker[i].pid == 0)
			r = pool_begin(s, &s->worker[i], e);
	return r;
}

/* If the pool itself fails, stop the running tasks and wait for them. */
static int loop(struct running *s, struct err *e)
{
	char name[CHILD_HOW_SIZE];
	int ret = 0;

	while (s->busy || (ret >= 0 && !s->signo && s->next < s->pool->n)) {
		int r = ret < 0 || s->signo ? 0 : begin_some(s, e);

		if (r >= 0)
			r = wait_for_news(s, e);
		if (r < 0 && ret >= 0) {
			ret = r;
			tell_all_to_stop(s, SIGTERM);
		} else if (r < 0) {
			return ret;
		}
		if (s->pool->tick_ms)
			tick(s);
	}
	if (ret >= 0 && s->signo)
		ret = FAIL(e, -EINTR, "pool.signal", "%s", child_signal(s->signo, name));
	return ret;
}

static int pool_watch_signals(struct running *s)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &signals, &s->before) < 0)
		return -errno;
	s->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	s->poll[0] = (struct pollfd){.fd = s->signal_fd, .events = POLLIN};
	return s->signal_fd < 0 ? -errno : 0;
}

static int pool_make_room(struct running *s)
{
	size_t n = s->pool->at_once;

	s->worker = calloc(n, sizeof(*s->worker));
	s->poll = calloc(n + 1, sizeof(*s->poll));
	s->task = calloc(n, sizeof(*s->task));
	s->results = mmap(NULL, n * sizeof(*s->results), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->results == MAP_FAILED)
		s->results = NULL;
	if (!s->worker || !s->poll || !s->task || !s->results)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		s->worker[i].result = &s->results[i];
	return 0;
}

static void pool_done(struct running *s)
{
	if (s->results)
		munmap(s->results, s->pool->at_once * sizeof(*s->results));
	if (s->signal_fd >= 0) {
		close(s->signal_fd);
		sigprocmask(SIG_SETMASK, &s->before, NULL);
	}
	free(s->worker);
	free(s->poll);
	free(s->task);
}

int pool_run(const struct pool *p, struct err *e)
{
	struct running s = {.pool = p, .signal_fd = -1};
	int r = STEP_OURS(e, "pool.memory", "", pool_make_room(&s));

	if (r >= 0)
		r = STEP_OURS(e, "pool.signals", "", pool_watch_signals(&s));
	if (r >= 0)
		r = loop(&s, e);
	pool_done(&s);
	return r;
}
