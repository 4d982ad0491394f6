/* SPDX-License-Identifier: GPL-2.0-or-later */
/* storaged - qemu-storage-daemon: a block device that can be written to over one that can't */
#include "sys/storaged.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "sys/mnt.h"
#include "sys/run.h"

#define ROOM	 (8 * 1024 * 1024) /* bytes for the overlay's own tables, beside what is written */
#define CLUSTER	 (64 * 1024)	   /* bytes: what the overlay grows by */
#define GREETING "{\"QMP\""

struct storaged {
	struct undo undo;
	pid_t pid;
	int monitor_fd; /* its monitor: the greeting on it says that the export is there */
	int words_fd;	/* its stderr */
	struct storaged_fds fds;
};

/* ---- in the child ---- */

static int die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

/*
 * stdin and stdout are the monitor, stderr is kept for its last words; nothing else of ours is
 * left.
 */
static int child_descriptors(int monitor_fd, int words_fd)
{
	if (dup2(monitor_fd, 0) < 0 || dup2(monitor_fd, 1) < 0 || dup2(words_fd, 2) < 0)
		return -errno;
	return close_range(3, ~0U, 0) < 0 ? -errno : 0;
}

/*
 * A namespace of its own, in which none of the guest's filesystems is mounted that we have mounted
 * so far: they would stay alive in it.
 */
static int child_namespace(const struct storaged_request *rq)
{
	char options[64];

	snprintf(options, sizeof(options), "mode=0700,size=%" PRIu64, rq->limit + ROOM);
	return mnt_cover(rq->dir, MS_NOSUID | MS_NODEV | MS_NOEXEC, options);
}

struct paths {
	char overlay[64], mountpoint[64];
};

static struct paths paths_in(const char *dir)
{
	struct paths p;

	snprintf(p.overlay, sizeof(p.overlay), "%s/overlay", dir);
	snprintf(p.mountpoint, sizeof(p.mountpoint), "%s/export", dir);
	return p;
}

static int child_files(const struct storaged_request *rq, const struct paths *p, struct err *e)
{
	char size[32];
	const char *const create[] = {
		STORAGED_IMAGE, "create", "-q", "-f", "qcow2", p->overlay, size, NULL};
	int fd = open(p->mountpoint, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	snprintf(size, sizeof(size), "%" PRIu64, rq->origin->size);
	return run_tool(create, -1, e);
}

/* The monitor comes last: its greeting is sent when all before it is done. */
static int child_become(const struct storaged_request *rq, const struct paths *p)
{
	char origin[128], overlay[128], export[160];
	const char *const argv[] = {STORAGED_TOOL, "--blockdev", origin, "--blockdev", overlay,
		"--blockdev", "driver=qcow2,node-name=top,file=overlay,backing=origin", "--export",
		export, "--chardev", "stdio,id=monitor,signal=off", "--monitor", "chardev=monitor",
		NULL};

	snprintf(origin, sizeof(origin),
		"driver=host_device,node-name=origin,read-only=on,filename=%s", rq->origin->node);
	snprintf(overlay, sizeof(overlay), "driver=file,node-name=overlay,filename=%s", p->overlay);
	snprintf(export, sizeof(export),
		"type=fuse,id=export,node-name=top,writable=on,mountpoint=%s", p->mountpoint);
	return run_become(argv, NULL);
}

static void __attribute__((noreturn))
child(const struct storaged_request *rq, pid_t parent, int monitor_fd, int words_fd)
{
	const struct paths p = paths_in(rq->dir);
	struct err e = {0};
	sigset_t none;
	int r = die_with(parent);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (r >= 0)
		r = child_descriptors(monitor_fd, words_fd);
	if (r >= 0)
		r = child_namespace(rq);
	if (r >= 0)
		r = child_files(rq, &p, &e);
	if (r >= 0)
		r = child_become(rq, &p);
	dprintf(2, "%s %s: %s %s", STORAGED_TOOL, e.subject, strerror(-r), e.detail);
	_exit(127);
}

/* ---- in the keeper ---- */

static int end(struct storaged *d)
{
	if (d->pid <= 0)
		return 0;
	kill(d->pid, SIGKILL);
	while (waitpid(d->pid, NULL, 0) < 0)
		if (errno != EINTR)
			return -errno;
	d->pid = 0;
	return 0;
}

static int storaged_undo(struct undo *u, struct err *e)
{
	struct storaged *d = container_of(u, struct storaged, undo);

	if (d->fds.export_fd >= 0)
		close(TAKE_FD(d->fds.export_fd));
	return STEP_OURS(e, "storaged.end", STORAGED_TOOL, end(d));
}

static void storaged_free(struct undo *u)
{
	struct storaged *d = container_of(u, struct storaged, undo);
	const int fds[] = {d->monitor_fd, d->words_fd, d->fds.export_fd, d->fds.store_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	end(d);
	free(d);
}

static int spawn(struct storaged *d, const struct storaged_request *rq)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	d->monitor_fd = pair[0];
	d->words_fd = memfd_create("words", MFD_CLOEXEC);
	d->pid = d->words_fd < 0 ? -1 : fork();
	if (d->pid == 0)
		child(rq, parent, pair[1], d->words_fd);
	close(pair[1]);
	return d->pid < 0 ? -errno : 0;
}

/*
 * 0 when it greets, -EPROTO when it ends or says something else, -EINTR when the run is given up.
 */
static int wait_for_greeting(const struct storaged *d, int cancel_fd)
{
	struct pollfd p[] = {
		{.fd = d->monitor_fd, .events = POLLIN}, {.fd = cancel_fd, .events = POLLIN}};
	char heard[sizeof(GREETING) - 1];

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	if (p[1].revents)
		return -EINTR;
	if (recv(d->monitor_fd, heard, sizeof(heard), MSG_WAITALL) != (ssize_t)sizeof(heard))
		return -EPROTO;
	return memcmp(heard, GREETING, sizeof(heard)) ? -EPROTO : 0;
}

static void tell_words(const struct storaged *d, struct err *e)
{
	char words[400];
	ssize_t n = pread(d->words_fd, words, sizeof(words) - 1, 0);

	if (n <= 0)
		return;
	words[n] = '\0';
	words[strcspn(words, "\n")] = '\0';
	quote_flatten(words);
	err_detail(e, "%s", words);
}

/* A path as the daemon sees it. */
static int open_theirs(const struct storaged *d, const char *path, int flags)
{
	char ours[160];
	int fd;

	snprintf(ours, sizeof(ours), "/proc/%d/root%s", (int)d->pid, path);
	fd = open(ours, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_export(struct storaged *d, const char *dir)
{
	const struct paths p = paths_in(dir);

	d->fds.export_fd = open_theirs(d, p.mountpoint, O_RDWR);
	if (d->fds.export_fd >= 0)
		d->fds.store_fd = open_theirs(d, p.overlay, O_RDONLY);
	return d->fds.export_fd < 0 ? d->fds.export_fd : d->fds.store_fd;
}

int storaged_is_full(int store_fd)
{
	struct statvfs fs;

	return fstatvfs(store_fd, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < CLUSTER;
}

int storaged_serve(
	struct scope *s, const struct storaged_request *rq, struct storaged_fds *ret, struct err *e)
{
	struct storaged *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(e, -ENOMEM, "storaged.start", "%s", rq->subject);
	*d = (struct storaged){.monitor_fd = -1, .words_fd = -1, .fds = {-1, -1}};
	scope_push(s, &d->undo, STORAGED_TOOL, storaged_undo, storaged_free);
	r = STEP_OURS(e, "storaged.start", rq->subject, spawn(d, rq));
	if (r >= 0)
		r = STEP_OURS(
			e, "storaged.greeting", rq->subject, wait_for_greeting(d, rq->cancel_fd));
	if (r >= 0)
		r = STEP_OURS(e, "storaged.export", rq->subject, open_export(d, rq->dir));
	if (r < 0) {
		tell_words(d, e);
		return r;
	}
	*ret = d->fds;
	return 0;
}
