/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qsd_child - the process that confines itself and executes qemu-storage-daemon */
#include "block/qsd_child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/array.h"
#include "sys/bareroot.h"
#include "sys/caps.h"
#include "sys/child.h"
#include "sys/namespace.h"
#include "sys/tool.h"

#define ROOM (8 * 1024 * 1024) /* bytes for the overlay's own tables */

/*
 * Limit in bytes, including thread stacks. An idle daemon uses 100 MB; the largest tables that our
 * header checks permit take 128 MiB.
 */
#define MEMORY (768 * 1024 * 1024)

/*
 * Set up the monitor as stdin and stdout, the words as stderr, then the files to read; close all
 * others. The files first move out of the way of these numbers.
 */
static int descriptors(const struct qsd_graph *g, int monitor_fd, int words_fd)
{
	const int first = QSD_FILE_NR(0), aside = QSD_FILE_NR((int)g->n_fds);
	int aside_fd[g->n_fds + 1];

	for (size_t i = 0; i < g->n_fds; i++)
		if ((aside_fd[i] = fcntl(g->fd[i], F_DUPFD, aside)) < 0)
			return -errno;
	if (dup2(monitor_fd, 0) < 0 || dup2(monitor_fd, 1) < 0 || dup2(words_fd, 2) < 0)
		return -errno;
	for (size_t i = 0; i < g->n_fds; i++)
		if (dup2(aside_fd[i], first + (int)i) < 0)
			return -errno;
	return close_range((unsigned int)aside, ~0U, 0) < 0 ? -errno : 0;
}

/* A kernel may lack network namespaces. No node in the graph uses the network anyway. */
static int no_network(void)
{
	return unshare(CLONE_NEWNET) < 0 && errno != EINVAL ? -errno : 0;
}

/*
 * A namespace without the guest's filesystems that are mounted so far: they would stay busy in it.
 */
static int namespaces(const struct qsd_job *job)
{
	char options[64];
	int r = no_network();

	if (r < 0)
		return r;
	snprintf(options, sizeof(options), "mode=0700,size=%" PRIu64, job->overlay_limit + ROOM);
	r = namespace_cover(QSD_DIR, MS_NOSUID | MS_NODEV | MS_NOEXEC, options);
	return r < 0 ? r : bareroot_enter(QSD_DIR);
}

static int files(const struct qsd_job *job, struct err *e)
{
	char size[32];
	const char *const create[] = {
		QSD_IMAGE, "create", "-q", "-f", "qcow2", QSD_OVERLAY, size, NULL};
	int fd = open(QSD_EXPORT, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	snprintf(size, sizeof(size), "%" PRIu64, job->overlay_size);
	return job->overlay_size ? tool_run(create, -1, e) : 0;
}

static int qsd_child_limit(void)
{
	static const struct child_limit limits[] = {{RLIMIT_DATA, MEMORY}, {RLIMIT_CORE, 0}};
	int r = child_limit(limits, COUNT(limits));

	if (r < 0)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return caps_bound_server();
}

/* The monitor comes last: its greeting means that everything before it is done. */
static int become(const struct qsd_job *job)
{
	const char *argv[2 * QSD_NODES_MAX + 8] = {QSD_TOOL};
	char export[160];
	size_t n = 1;

	if (job->graph.n_nodes > QSD_NODES_MAX)
		return -E2BIG;
	snprintf(export, sizeof(export),
		"type=fuse,id=export,node-name=top,writable=%s,mountpoint=" QSD_EXPORT,
		job->overlay_size ? "on" : "off");
	for (size_t i = 0; i < job->graph.n_nodes; i++) {
		argv[n++] = "--blockdev";
		argv[n++] = job->graph.node[i];
	}
	argv[n++] = "--export";
	argv[n++] = export;
	argv[n++] = "--chardev";
	argv[n++] = "stdio,id=monitor,signal=off";
	argv[n++] = "--monitor";
	argv[n++] = "chardev=monitor";
	return tool_become(argv, NULL);
}

void qsd_child(const struct qsd_job *job, pid_t parent, int monitor_fd, int words_fd)
{
	struct err e = {0};
	sigset_t none;
	int r = child_dies_with(parent, SIGKILL);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (r >= 0)
		r = descriptors(&job->graph, monitor_fd, words_fd);
	if (r >= 0)
		r = namespaces(job);
	if (r >= 0)
		r = files(job, &e);
	if (r >= 0)
		r = qsd_child_limit();
	if (r >= 0)
		r = become(job);
	dprintf(2, "%s %s: %s %s", QSD_TOOL, e.subject, strerror(-r), e.detail);
	_exit(127);
}
