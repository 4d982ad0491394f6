/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd - qemu-storage-daemon: serve images and overlays as a file, through FUSE */
#include "block/qsd.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/statvfs.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/qsd_child.h"
#include "sys/child.h"
#include "sys/tool.h"

#define CLUSTER	 (64 * 1024) /* bytes by which an overlay grows */
#define GREETING "{\"QMP\""
#define DYING_MS 100 /* until a dying daemon's descriptors are all closed */

struct qsd {
	struct undo undo;
	pid_t pid;
	int monitor_fd; /* its monitor, whose greeting means that the export is ready */
	int words_fd;	/* its stderr */
	struct qsd_fds fds;
};

int qsd_usable(bool overlay, char *why, size_t size)
{
	if (access("/dev/fuse", R_OK | W_OK) < 0) {
		snprintf(why, size, "the kernel has no FUSE (/dev/fuse; module fuse)");
		return 0;
	}
	if (tool_exists(QSD_TOOL) && (!overlay || tool_exists(QSD_IMAGE)))
		return 1;
	snprintf(why, size, "there is no " QSD_TOOL " (Debian: %s)",
		overlay ? "packages qemu-system-common, qemu-utils" : "package qemu-system-common");
	return 0;
}

static int qsd_undo(struct undo *u, struct err *e)
{
	struct qsd *d = container_of(u, struct qsd, undo);

	fd_close(&d->fds.export_fd);
	return STEP_OURS(e, "qsd.end", QSD_TOOL, child_end(&d->pid));
}

static void qsd_free(struct undo *u)
{
	struct qsd *d = container_of(u, struct qsd, undo);

	fd_close(&d->monitor_fd);
	fd_close(&d->words_fd);
	fd_close(&d->fds.export_fd);
	fd_close(&d->fds.store_fd);
	child_end(&d->pid);
	free(d);
}

static int qsd_spawn(struct qsd *d, const struct qsd_job *job)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	d->monitor_fd = pair[0];
	d->words_fd = memfd_create("words", MFD_CLOEXEC);
	d->pid = d->words_fd < 0 ? -1 : fork();
	if (d->pid == 0)
		qsd_child(job, parent, pair[1], d->words_fd);
	close(pair[1]);
	return d->pid < 0 ? -errno : 0;
}

/* Returns 0 on its greeting, -EPROTO if it ends or sends anything else, -EINTR if cancelled. */
static int wait_for_greeting(const struct qsd *d, int cancel_fd)
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

/* Adds how it ended, if it has, and the first line of its stderr. */
static void qsd_explain(const struct qsd *d, struct err *e)
{
	char words[400], how[CHILD_HOW_SIZE];
	const char *ended = child_how_ended(d->pid, DYING_MS, how);
	ssize_t n = pread(d->words_fd, words, sizeof(words) - 1, 0);

	words[n > 0 ? n : 0] = '\0';
	words[strcspn(words, "\n")] = '\0';
	quote_flatten(words);
	if (ended || words[0])
		err_detail(e, "%s%s%s", ended ? ended : "", ended && words[0] ? ": " : "", words);
}

/* Open a path in the daemon's root. */
static int open_theirs(const struct qsd *d, const char *path, int flags)
{
	char ours[160];
	int fd;

	snprintf(ours, sizeof(ours), "/proc/%d/root%s", (int)d->pid, path);
	fd = open(ours, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_export(struct qsd *d, bool overlay)
{
	d->fds.export_fd = open_theirs(d, QSD_EXPORT, overlay ? O_RDWR : O_RDONLY);
	if (d->fds.export_fd >= 0 && overlay)
		d->fds.store_fd = open_theirs(d, QSD_OVERLAY, O_RDONLY);
	return overlay && d->fds.export_fd >= 0 ? d->fds.store_fd : d->fds.export_fd;
}

int qsd_is_full(int store_fd)
{
	struct statvfs fs;

	return fstatvfs(store_fd, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < CLUSTER;
}

static int qsd_serve(
	struct scope *s, const struct qsd_job *job, const struct qsd **ret, struct err *e)
{
	const struct qsd_common *common = &job->graph.common;
	const char *subject = common->subject;
	struct qsd *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(e, -ENOMEM, "qsd.start", "%s", subject);
	*d = (struct qsd){.monitor_fd = -1, .words_fd = -1, .fds = {-1, -1}};
	scope_push(s, &d->undo, QSD_TOOL, qsd_undo, qsd_free);
	r = STEP_OURS(e, "qsd.start", subject, qsd_spawn(d, job));
	if (r >= 0)
		r = STEP_OURS(e, "qsd.greeting", subject, wait_for_greeting(d, common->cancel_fd));
	if (r >= 0)
		r = STEP_OURS(e, "qsd.export", subject, open_export(d, job->overlay_size > 0));
	if (r < 0) {
		qsd_explain(d, e);
		return r;
	}
	*ret = d;
	return 0;
}

int qsd_overlay(struct scope *s, const struct qsd_overlay *rq, struct qsd_fds *ret, struct err *e)
{
	static const char origin[] =
		"{\"driver\":\"host_device\",\"node-name\":\"origin\",\"read-only\":true,"
		"\"filename\":\"" QSD_FIRST "\"}";
	static const char overlay[] =
		"{\"driver\":\"file\",\"node-name\":\"overlay\",\"filename\":\"" QSD_OVERLAY "\"}";
	static const char top[] =
		"{\"driver\":\"qcow2\",\"node-name\":\"top\",\"file\":\"overlay\","
		"\"backing\":\"origin\"}";
	const char *const nodes[] = {origin, overlay, top};
	const struct qsd_job job = {.graph = {.common = rq->common,
					    .node = nodes,
					    .n_nodes = 3,
					    .fd = &rq->origin->fd,
					    .n_fds = 1},
		.overlay_size = rq->origin->size,
		.overlay_limit = rq->limit};

	const struct qsd *d;
	int r = qsd_serve(s, &job, &d, e);

	if (r >= 0)
		*ret = d->fds;
	return r;
}

int qsd_graph(struct scope *s, const struct qsd_graph *rq, const struct qsd **ret, int *ret_fd,
	struct err *e)
{
	const struct qsd_job job = {.graph = *rq};
	int r = qsd_serve(s, &job, ret, e);

	if (r >= 0)
		*ret_fd = (*ret)->fds.export_fd;
	return r;
}

/*
 * The kernel may close a dying daemon's FUSE descriptor, which fails our read, before its monitor:
 * wait for the monitor's end. This is called only after a failure, so an unrelated failure costs
 * the whole wait.
 */
int qsd_check(const struct qsd *d, const char *subject, struct err *e)
{
	struct pollfd p = {.fd = d->monitor_fd};

	if (poll(&p, 1, DYING_MS) <= 0)
		return 0;
	FAIL(e, -EIO, "qsd.gone", "%s", subject);
	qsd_explain(d, e);
	return e->code;
}
