/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk - follow a path in the guest's tree, mounting its filesystems on the way */
#include "resolve/walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/openin.h"
#include "resolve/mountpoint.h"
#include "resolve/not_found.h"

static bool walk_is_mounted(const struct tree *t, const char *guest_dir)
{
	for (unsigned int i = 0; i < t->n_mounts; i++)
		if (!strcmp(t->mount[i].guest_dir, guest_dir))
			return true;
	return false;
}

/* Called for each directory on the way: mount what the fstab mounts there. */
static int walk_enter(void *arg, const char *guest_dir, int dir_fd, struct err *e)
{
	struct tree *t = arg;
	const struct fstab_mount *line = mountpoint_line(t, guest_dir, dir_fd);

	return !line || walk_is_mounted(t, guest_dir)
		       ? 0
		       : t->mount_line(t->arg, line, guest_dir, dir_fd, e);
}

static bool is_under(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strcmp(dir, "/") || (!strncmp(path, dir, len) && (path[len] == '/' || !path[len]));
}

static const struct mounted *tree_holding(const struct tree *t, const char *guest_path)
{
	const struct mounted *best = NULL;

	for (unsigned int i = 0; i < t->n_mounts; i++) {
		const struct mounted *m = &t->mount[i];

		if (is_under(guest_path, m->guest_dir) &&
			(!best || strlen(m->guest_dir) >= strlen(best->guest_dir)))
			best = m;
	}
	return best;
}

/* @ret_path[PATH_MAX] gets the canonical path. */
static int walk(struct tree *t, const char *guest_path, bool follow, char *ret_path, struct err *e)
{
	if (follow)
		return openin_walk(t->fd, guest_path, walk_enter, t, ret_path, PATH_MAX, e);
	snprintf(ret_path, PATH_MAX, "%s", guest_path);
	return 0;
}

int walk_dir(struct tree *t, const char *guest_path, bool follow, char *ret_path, struct err *e)
{
	int r = walk(t, guest_path, follow, ret_path, e);

	return r < 0 ? r : openin(t->fd, ret_path, O_PATH | O_DIRECTORY, NULL, e);
}

static void tell_file(const char *guest_path, const struct walked *w)
{
	bool linked = strcmp(guest_path, w->guest_path) != 0;

	log_verbose("%s is %s%son %s", QUOTE(guest_path), linked ? QUOTE(w->guest_path) : "",
		linked ? " " : "", w->on->volume);
}

int walk_file(
	struct tree *t, const char *guest_path, bool follow, struct walked *ret, struct err *e)
{
	own_fd int fd = -1;
	struct stat st;
	int r = walk(t, guest_path, follow, ret->guest_path, e);

	if (r < 0) {
		not_found_explain(t->fd, t->is_part, guest_path, e);
		return r;
	}
	fd = openin(t->fd, ret->guest_path, 0, &st, e);
	if (fd < 0)
		return fd;
	if (follow && st.st_size == 0)
		return FAIL(e, -ENODATA, "resolve.empty", "%s", QUOTE(guest_path));
	ret->size = (uint64_t)st.st_size;
	ret->on = tree_holding(t, ret->guest_path);
	ret->fd = TAKE_FD(fd);
	if (follow)
		tell_file(guest_path, ret);
	return 0;
}
