/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front - the process that the toolstack starts: waits for the keeper and writes the result */
#include "front/front.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include "base/own.h"
#include "base/step.h"
#include "block/leftovers.h"
#include "keeper/keeper.h"
#include "plan/job.h"
#include "publish/tag.h"
#include "sys/caps.h"
#include "sys/child.h"
#include "sys/wire.h"

#define GRACE_SECONDS 10 /* for the undos after a cancelled run */

struct front {
	const struct plan *plan;
	struct output *out;
	char tag[7];
	const struct step_board *board; /* the keeper's current step */
	pid_t keeper;
	int keeper_fd, signal_fd, timer_fd;
	bool given_up; /* the keeper was asked to undo everything */
	bool written;  /* the result was written */
	bool told;     /* and acknowledged: the copies belong to the toolstack */
	bool ended;    /* the keeper's last message has arrived */
	unsigned int unclean;
};

static int front_watch_signals(struct front *f)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	f->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return f->signal_fd < 0 ? -errno : 0;
}

static int set_timer(struct front *f, unsigned int seconds)
{
	const struct itimerspec when = {.it_value = {.tv_sec = seconds}};

	if (f->timer_fd < 0)
		f->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (f->timer_fd < 0 || timerfd_settime(f->timer_fd, 0, &when, NULL) < 0)
		return -errno;
	return 0;
}

/* As a subreaper we inherit the children of a killed keeper and can wait for their end. */
static int start_keeper(struct front *f, struct err *e)
{
	pid_t self = getpid();
	int pair[2];
	int r = wire_pair(pair, e);

	if (r < 0)
		return r;
	f->keeper_fd = pair[0];
	f->board = step_board_make();
	r = STEP(e, "front.subreaper", "", prctl(PR_SET_CHILD_SUBREAPER, 1));
	if (r >= 0)
		r = STEP(e, "front.fork", "", f->keeper = fork());
	if (r == 0 && f->keeper == 0)
		keeper_main(f->plan, f->tag, pair[1], self);
	close(pair[1]);
	return r < 0 ? r : 0;
}

/*
 * Close our sending half: the keeper reads end of file and undoes everything. Its report still
 * arrives.
 */
static void front_give_up(struct front *f)
{
	if (!f->given_up)
		shutdown(f->keeper_fd, SHUT_WR);
	f->given_up = true;
}

/* From now on the caller owns what the run made. */
static int front_confirm(struct front *f, struct err *e)
{
	const struct job *job = f->plan->job;

	return job->confirm ? job->confirm(f->plan, f->tag, e) : 0;
}

static int write_answer(struct front *f, int text_fd, struct err *e)
{
	const char ack = 1;
	int r = output_write(f->out, text_fd, e);

	f->written = r >= 0;
	if (r >= 0)
		r = front_confirm(f, e);
	if (r >= 0)
		r = wire_send(f->keeper_fd, &ack, 1, NULL, 0, e);
	f->told = r >= 0;
	return r;
}

static int on_report(struct front *f, struct err *e)
{
	struct report report;
	int fds[WIRE_FDS_MAX];
	size_t len = 0;
	int r = wire_receive(f->keeper_fd, -1, &report, sizeof(report), &len, fds, e);
	own_fd int text_fd = r < 0 ? -1 : fds[0];

	if (r < 0)
		return r;
	if (len != sizeof(report)) { /* end of file: it was killed, unless it has finished */
		f->ended = true;
		return f->told ? 0 : FAIL(e, -ECHILD, "front.keeper", "%s", "");
	}
	f->unclean = report.unclean;
	if (report.kind == REPORT_ANSWER)
		return f->given_up ? 0 : write_answer(f, text_fd, e);
	f->ended = true;
	return report.result < 0 ? wire_err_to(e, &report.err, "front.keeper") : 0;
}

static int front_on_signal(struct front *f, struct err *e)
{
	struct signalfd_siginfo info;
	char name[CHILD_HOW_SIZE];

	if (read(f->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return FAIL(e, -EINTR, "front.signal", "%s", child_signal((int)info.ssi_signo, name));
}

/*
 * At the first expiry the run is cancelled. At the second, after the grace period, something in the
 * kernel is stuck.
 */
static int on_timer(struct front *f, struct err *e)
{
	if (f->given_up) {
		f->ended = true;
		FAIL(e, -ETIMEDOUT, "front.stuck", "process %d", (int)f->keeper);
		if (f->board && f->board->step)
			err_detail(e, "it is at %s of %s", f->board->step, f->board->subject);
		return -ETIMEDOUT;
	}
	return FAIL(e, -ETIMEDOUT, "front.timeout", "%u seconds", f->plan->timeout);
}

static int next_event(struct front *f, struct err *e)
{
	struct pollfd p[] = {{.fd = f->keeper_fd, .events = POLLIN},
		{.fd = f->signal_fd, .events = POLLIN}, {.fd = f->timer_fd, .events = POLLIN}};
	int r = STEP(e, "front.poll", "", poll(p, 3, -1));

	/* Signals first: the keeper may have got one, too, and its report would say less. */
	if (r >= 0 && p[1].revents)
		r = front_on_signal(f, e);
	else if (r >= 0 && p[0].revents)
		r = on_report(f, e);
	else if (r >= 0)
		r = on_timer(f, e);
	return r;
}

static bool is_step(const struct err *e, const char *step)
{
	return e->step && !strcmp(e->step, step);
}

/*
 * Tell the keeper to undo everything. On a second failure, of the waiting itself, stop waiting for
 * messages; only the keeper's exit is left to wait for.
 */
static void after_failure(struct front *f, const struct err *why)
{
	if (f->given_up) {
		f->ended |= !is_step(why, "front.signal");
		return;
	}
	front_give_up(f);
	set_timer(f, GRACE_SECONDS);
}

/*
 * Wait for the keeper's last message. The first failure is the one reported; the keeper undoes
 * while we wait on. Once the result is acknowledged, signals are ignored, and so is a lost last
 * message.
 */
static int front_wait_for_end(struct front *f, struct err *e)
{
	int ret = 0;

	while (!f->ended) {
		struct err why = {0};
		int r = next_event(f, &why);

		if (r >= 0)
			continue;
		if (f->told && !f->ended)
			break;
		if (ret >= 0 || is_step(&why, "front.stuck")) {
			*e = why;
			ret = r;
		}
		after_failure(f, &why);
	}
	return ret;
}

/*
 * Wait for all children. After a killed keeper these include its reader and tools, which end by
 * themselves.
 */
static int front_collect(struct front *f)
{
	int status, keeper_status = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid == f->keeper)
			keeper_status = status;
	return keeper_status;
}

/*
 * The keeper was killed, and the kernel has undone most. A copy may have its final name: keep it if
 * the result that names it was written; otherwise remove it.
 */
static int after_kill(struct front *f, int result, struct err *e)
{
	const struct job *job = f->plan->job;
	struct err why = {0};

	if (leftovers_remove(f->tag, &why) < 0)
		f->unclean++;
	if (f->written) {
		*e = (struct err){0};
		return front_confirm(f, e);
	}
	if (job->retract && job->retract(f->plan, f->tag, &why) < 0)
		f->unclean++;
	return result;
}

static int front_finish(struct front *f, int result, struct err *e)
{
	char how[CHILD_HOW_SIZE];
	int status;

	if (result < 0 && is_step(e, "front.stuck"))
		return result; /* the keeper continues when the kernel lets it */
	status = front_collect(f);
	if (result >= 0 && status != 0) /* its last message was lost */
		result = FAIL(e, -ECHILD, "front.keeper", "%s", "");
	if (WIFSIGNALED(status) || (result < 0 && is_step(e, "front.keeper")))
		err_detail(e, "%s", child_how(status, how));
	return WIFSIGNALED(status) ? after_kill(f, result, e) : result;
}

static int front_work(struct front *f, struct err *e)
{
	int r = caps_require(e);

	if (r >= 0)
		r = caps_limit(e);
	if (r >= 0)
		r = STEP_OURS(e, "front.tag", "", tag_make(f->tag));
	if (r >= 0)
		r = STEP_OURS(e, "front.signals", "", front_watch_signals(f));
	if (r >= 0 && f->plan->timeout > 0)
		r = STEP_OURS(e, "front.timer", "", set_timer(f, f->plan->timeout));
	if (r >= 0)
		r = start_keeper(f, e);
	if (r < 0)
		return r;
	r = front_wait_for_end(f, e);
	return front_finish(f, r, e);
}

int front_run(const struct plan *p, struct output *out, unsigned int *ret_unclean, struct err *e)
{
	struct front f = {.plan = p, .out = out, .keeper_fd = -1, .signal_fd = -1, .timer_fd = -1};
	int r = front_work(&f, e);

	*ret_unclean = f.unclean;
	fd_close(&f.keeper_fd);
	fd_close(&f.signal_fd);
	fd_close(&f.timer_fd);
	return r;
}
