/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keeper - the privileged process: attaches, mounts, publishes, and undoes it all */
#include "keeper/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/own.h"
#include "base/step.h"
#include "keeper/pipeline.h"
#include "sys/caps.h"
#include "sys/child.h"
#include "sys/namespace.h"

static unsigned int unclean;
static int signal_fd = -1;

static void report_undo_failure(const struct undo *u, const struct err *why, const char *by_hand)
{
	unclean++;
	hint_tell_cleanup(u, why, by_hand);
}

/*
 * Create a descriptor that becomes readable when the run is cancelled: by a signal (blocked, so
 * that none interrupts an undo), or by the front's socket. Before the result is sent, only its end
 * of file can make that socket readable.
 */
static int make_cancel_fd(int front_fd)
{
	own_fd int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event readable = {.events = EPOLLIN};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	if (epoll_fd < 0 || sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	signal_fd =
		signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK); /* until this process ends */
	if (signal_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, signal_fd, &readable) < 0 ||
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, front_fd, &readable) < 0)
		return -errno;
	return TAKE_FD(epoll_fd);
}

/*
 * Only the front may write the result. Nothing that it or its caller has open stays open here: a
 * reader of the result must see its end when the front exits.
 */
static int keep_only_front(int front_fd)
{
	own_fd int null_fd = -1;

	if (close_range(3, (unsigned int)front_fd - 1, 0) < 0 ||
		close_range((unsigned int)front_fd + 1, ~0U, 0) < 0)
		return -errno;
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0)
		return -errno;
	return 0;
}

static int tell_answer(void *arg, int text_fd, struct err *e)
{
	const struct report report = {.kind = REPORT_ANSWER, .unclean = unclean};
	int front_fd = *(const int *)arg;
	size_t len = 0;
	char ack;
	int r = wire_send(front_fd, &report, sizeof(report), &text_fd, 1, e);

	if (r >= 0)
		r = wire_receive(front_fd, -1, &ack, 1, &len, NULL, e);
	if (r >= 0 && len != 1)
		r = FAIL(e, -EPIPE, "keeper.unheard", "%s", "");
	return r;
}

/* A cancelled wait only fails with EINTR: add the signal, unless the front has ended. */
static int keeper_explain(int result, struct err *e)
{
	struct signalfd_siginfo info;
	char name[CHILD_HOW_SIZE];

	if (result != -EINTR || read(signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return result;
	*e = (struct err){0};
	return FAIL(e, -EINTR, "keeper.signal", "%s", child_signal((int)info.ssi_signo, name));
}

static int live(const struct plan *p, const char *tag, int front_fd, pid_t front, struct err *e)
{
	own_fd int cancel_fd = -1;
	/* The front's death arrives as SIGTERM, which make_cancel_fd() handles. */
	int r = STEP_OURS(e, "keeper.parent", "", child_dies_with(front, SIGTERM));

	if (r >= 0)
		r = STEP_OURS(e, "keeper.descriptors", "", keep_only_front(front_fd));
	if (r >= 0)
		r = cancel_fd = STEP_OURS(e, "keeper.signals", "", make_cancel_fd(front_fd));
	if (r >= 0)
		r = caps_limit(e);
	if (r >= 0)
		r = namespace_private(e);
	if (r >= 0)
		r = pipeline_run(p, tag, cancel_fd, tell_answer, &front_fd, e);
	return r;
}

void keeper_main(const struct plan *p, const char *tag, int front_fd, pid_t front)
{
	struct report end = {.kind = REPORT_END};
	struct err e = {0};

	scope_on_failure(report_undo_failure);
	end.result = keeper_explain(live(p, tag, front_fd, front, &e), &e);
	end.unclean = unclean;
	wire_err_from(&end.err, &e);
	wire_send(front_fd, &end, sizeof(end), NULL, 0, NULL);
	fault_check_leaks();
	_exit(end.result < 0);
}
