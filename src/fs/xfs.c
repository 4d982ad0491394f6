/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xfs - make a mounting XFS fail instead of retrying failed writes forever */
#include "fs/xfs.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/step.h"
#include "sys/child.h"

#define EVERY_MS 1    /* mount(2) writes soon after the file has appeared */
#define SOON	 5000 /* tries; then it is probably not an XFS */
#define SLOW_MS	 50

struct watch {
	struct undo undo;
	pid_t pid;
};

/* ---- in the child ---- */

/* False while the filesystem does not exist. */
static bool write_zero(const char *name, const char *error)
{
	char path[96];
	own_fd int fd = -1;

	snprintf(path, sizeof(path), "/sys/fs/xfs/%s/error/metadata/%s/max_retries", name, error);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, "0", 1) == 1;
}

static bool stop_retries(const char *name)
{
	bool others = write_zero(name, "default");

	return write_zero(name, "ENOSPC") && write_zero(name, "EIO") && others;
}

/* No descriptor stays open: it could keep a device busy. */
static void __attribute__((noreturn)) child(const char *name, pid_t parent)
{
	if (child_dies_with(parent, SIGKILL) < 0 || close_range(0, ~0U, 0) < 0)
		_exit(1);
	for (unsigned int n = 0; !stop_retries(name); n++)
		poll(NULL, 0, n < SOON ? EVERY_MS : SLOW_MS);
	_exit(0);
}

/* ---- in the keeper ---- */

static void watch_free(struct undo *u)
{
	struct watch *w = container_of(u, struct watch, undo);

	child_end(&w->pid);
	free(w);
}

static int xfs_spawn(struct watch *w, const char *node)
{
	pid_t parent = getpid();

	w->pid = fork();
	if (w->pid == 0)
		child(strrchr(node, '/') + 1, parent);
	return w->pid < 0 ? -errno : 0;
}

int xfs_never_retry(struct scope *s, const char *node, struct err *e)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return err_set(e, -ENOMEM, "xfs.watch", "%s", node);
	scope_push(s, &w->undo, "xfs watch", NULL, watch_free);
	return STEP_OURS(e, "xfs.watch", node, xfs_spawn(w, node));
}
