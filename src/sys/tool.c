/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool - run a tool: no shell, no inherited descriptors, and a way to cancel it */
#include "sys/tool.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/fd.h"
#include "base/quote.h"
#include "base/step.h"
#include "sys/child.h"

#define WORDS_SIZE 4096
#define PIPE_SIZE  65536 /* a pipe's capacity: what it can still hold when the writer is gone */
#define FDS_MAX	   65536 /* without close_range(2); RLIMIT_NOFILE may be a billion */
#define ENV_MAX	   8

static const char *const dirs[] = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};

struct tool {
	const struct tool_request *rq;
	const char *const *argv;
	pid_t parent;
	pid_t pid;
	int null_fd;	/* its standard input */
	int out_fd[2];	/* stdout and stderr */
	int exec_fd[2]; /* close-on-exec: yields an errno, or EOF once the tool runs */
	int pid_fd;
	size_t n_words;
	char words[WORDS_SIZE];
};

/* ---- in the child: only system calls, never returns ---- */

static void child_fails(int exec_fd)
{
	int code = errno;

	if (write(exec_fd, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

/* A process group of its own keeps ^C from the tool: we cancel it in order. */
static void child_signals(const struct tool *t)
{
	int r = child_dies_with(t->parent, SIGKILL);
	sigset_t none;

	errno = -r;
	if (r < 0)
		child_fails(t->exec_fd[1]);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL); /* SIGKILL and SIGSTOP refuse it; harmless */
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0 || setpgid(0, 0) < 0)
		child_fails(t->exec_fd[1]);
}

/*
 * Our own are close-on-exec; this closes what a toolstack left open. close_range(2) is new in Linux
 * 5.9.
 */
static void close_from(int fd)
{
	if (close_range((unsigned int)fd, UINT_MAX, 0) == 0)
		return;
	for (; fd < FDS_MAX; fd++)
		close(fd);
}

/*
 * Set up standard input, output and error, and the errno pipe as 3, whatever their numbers were.
 * Returns the errno pipe.
 */
static int child_descriptors(const struct tool *t)
{
	const int stdout_fd = t->rq->out_fd >= 0 ? t->rq->out_fd : t->out_fd[1];
	const int from[] = {t->null_fd, stdout_fd, t->out_fd[1], t->exec_fd[1]};
	int high[4];

	for (int i = 0; i < 4; i++) {
		high[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 4);
		if (high[i] < 0)
			child_fails(t->exec_fd[1]);
	}
	for (int i = 0; i < 4; i++)
		if (dup3(high[i], i, i == 3 ? O_CLOEXEC : 0) < 0)
			child_fails(high[3]);
	close_from(4);
	return 3;
}

int tool_become(const char *const tool_argv[], const char *const tool_env[])
{
	char *env[ENV_MAX + 1] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
	char *const *argv = (char *const *)tool_argv;
	char path[PATH_MAX];

	for (size_t i = 2; tool_env && i < ENV_MAX && *tool_env; i++)
		env[i] = (char *)*tool_env++;
	if (argv[0][0] == '/') {
		execve(argv[0], argv, env);
		return -errno;
	}
	for (size_t i = 0; i < COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], argv[0]);
		execve(path, argv, env);
		if (errno != ENOENT)
			break;
	}
	return -errno;
}

/* ---- in the parent ---- */

static void tool_done(struct tool *t)
{
	int *const fds[] = {&t->null_fd, &t->out_fd[0], &t->out_fd[1], &t->exec_fd[0],
		&t->exec_fd[1], &t->pid_fd};

	for (size_t i = 0; i < COUNT(fds); i++)
		fd_close(fds[i]);
}

/* Kill the group: the tool may have helpers. */
static void kill_and_reap(struct tool *t)
{
	kill(-t->pid, SIGKILL);
	child_end(&t->pid); /* in case it has no group yet */
}

/* Wait until the tool runs, or return why it does not. */
static int exec_result(struct tool *t)
{
	int code = 0;
	ssize_t n = TEMP_FAILURE_RETRY(read(t->exec_fd[0], &code, sizeof(code)));

	if (n == 0)
		return 0;
	return n == sizeof(code) && code > 0 ? -code : -EIO;
}

static int tool_fork(struct tool *t)
{
	int exec_fd, r;

	t->parent = getpid();
	t->pid = fork();
	if (t->pid != 0)
		return t->pid < 0 ? -1 : 0;
	child_signals(t);
	exec_fd = child_descriptors(t);
	r = t->rq->confine ? t->rq->confine(t->rq->arg) : 0;
	if (r >= 0)
		r = tool_become(t->argv, t->rq->env);
	errno = -r;
	child_fails(exec_fd);
	return -1;
}

static int tool_start(struct tool *t, struct err *e)
{
	int r = STEP(
		e, "tool.null", "/dev/null", t->null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC));

	if (r >= 0)
		r = STEP(e, "tool.pipe", QUOTE(t->argv[0]),
			pipe2(t->out_fd, O_CLOEXEC) < 0 ? -1 : pipe2(t->exec_fd, O_CLOEXEC));
	if (r >= 0)
		r = STEP(e, "tool.fork", QUOTE(t->argv[0]), tool_fork(t));
	if (r < 0)
		return r;
	fd_close(&t->out_fd[1]);
	fd_close(&t->exec_fd[1]);
	r = STEP_OURS(e, "tool.start", QUOTE(t->argv[0]), exec_result(t));
	if (r == 0)
		r = STEP(e, "tool.pidfd", QUOTE(t->argv[0]), t->pid_fd = pidfd_open(t->pid, 0));
	if (r >= 0)
		return 0;
	kill_and_reap(t);
	return r;
}

/* Read output, keeping the first 4 KiB. Returns the number of bytes read. */
static ssize_t hear(struct tool *t)
{
	char rest[WORDS_SIZE];
	bool full = t->n_words == sizeof(t->words);
	char *to = full ? rest : t->words + t->n_words;
	ssize_t n = read(t->out_fd[0], to, full ? sizeof(rest) : sizeof(t->words) - t->n_words);

	if (n == 0)
		fd_close(&t->out_fd[0]);
	if (n > 0 && !full)
		t->n_words += (size_t)n;
	return n;
}

/*
 * Read what is left in the pipe. A helper may keep the pipe open and keep writing: do not wait for
 * it.
 */
static void hear_the_rest(struct tool *t)
{
	struct pollfd p = {.fd = t->out_fd[0], .events = POLLIN};
	ssize_t n = 0;

	for (size_t heard = 0; heard < PIPE_SIZE && poll(&p, 1, 0) > 0; heard += (size_t)n) {
		n = hear(t);
		if (n <= 0)
			return;
	}
}

/* Wait for the tool's end. Returns 0, or -EINTR if cancelled first. */
static int tool_wait_for_end(struct tool *t, int cancel_fd)
{
	for (;;) {
		struct pollfd p[] = {{.fd = t->pid_fd, .events = POLLIN},
			{.fd = cancel_fd, .events = POLLIN},
			{.fd = t->out_fd[0], .events = POLLIN}};

		if (poll(p, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (p[0].revents)
			return 0;
		if (p[1].revents)
			return -EINTR;
		if (p[2].revents && hear(t) < 0 && errno != EINTR)
			return -errno;
	}
}

static int tool_wait(struct tool *t, int cancel_fd, int *ret_status, struct err *e)
{
	int r = STEP_OURS(e, "tool.wait", QUOTE(t->argv[0]), tool_wait_for_end(t, cancel_fd));

	if (r < 0) {
		kill_and_reap(t);
		return r;
	}
	hear_the_rest(t);
	return STEP(e, "tool.reap", QUOTE(t->argv[0]),
		TEMP_FAILURE_RETRY(waitpid(t->pid, ret_status, 0)));
}

/* Length of the leading warnings, before the actual error. */
static size_t warnings(const char *words)
{
	const char *line = words, *end;

	while (!strncmp(line + strspn(line, " "), "WARNING", strlen("WARNING"))) {
		end = strchr(line, '\n');
		if (!end)
			return 0;
		line = end + 1;
	}
	return (size_t)(line - words);
}

/* Put the output on one line. Returns the length of its leading warnings. */
static size_t flatten_words(struct tool *t)
{
	size_t n = t->n_words < sizeof(t->words) ? t->n_words : sizeof(t->words) - 1;
	size_t warns;

	while (n > 0 && t->words[n - 1] == '\n')
		n--;
	t->words[n] = '\0';
	warns = warnings(t->words);
	for (char *c = t->words; (size_t)(c - t->words) < n; c++)
		if (*c == '\n' || *c == '\t' || *c == '\0')
			*c = ' ';
	quote_flatten(t->words);
	return warns;
}

static int judge(struct tool *t, int status, struct err *e)
{
	char how[CHILD_HOW_SIZE];
	size_t warns;

	if (status == 0)
		return 0;
	warns = flatten_words(t);
	FAIL(e, -EIO, "tool.status", "%s", QUOTE(t->argv[0]));
	return err_detail(e, "%s%s%.600s%s%.*s", child_how(status, how), t->words[0] ? ": " : "",
		t->words + warns, warns ? " " : "", (int)warns, t->words);
}

int tool_run_confined(const struct tool_request *rq, struct err *e)
{
	struct tool t = {.rq = rq,
		.argv = rq->argv,
		.null_fd = -1,
		.out_fd = {-1, -1},
		.exec_fd = {-1, -1},
		.pid_fd = -1};
	int status = 0;
	int r = tool_start(&t, e);

	if (r == 0)
		r = tool_wait(&t, rq->cancel_fd, &status, e);
	if (r >= 0)
		r = judge(&t, status, e);
	tool_done(&t);
	return r;
}

int tool_run(const char *const argv[], int cancel_fd, struct err *e)
{
	const struct tool_request rq = {.argv = argv, .cancel_fd = cancel_fd, .out_fd = -1};

	return tool_run_confined(&rq, e);
}

int tool_exists(const char *name)
{
	char path[PATH_MAX];

	if (name[0] == '/')
		return access(name, X_OK) == 0;
	for (size_t i = 0; i < COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return 1;
	}
	return 0;
}
