/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk - the way to a file, in a tree that is mounted as far as it has to be */
#include "resolve/walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
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

/*
 * The walk stands on a directory: what the fstab mounts there is mounted now.
 */
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

struct opened {
	struct undo undo;
	struct resolved file;
};

static void opened_free(struct undo *u)
{
	struct opened *o = container_of(u, struct opened, undo);

	if (o->file.fd >= 0)
		close(o->file.fd);
	free(o);
}

static int open_file(struct tree *t, const char *guest_path, struct resolved *f, struct err *e)
{
	struct stat st;
	int r = openin_walk(
		t->fd, guest_path, walk_enter, t, f->guest_path, sizeof(f->guest_path), e);

	if (r < 0) {
		if (t->is_part)
			not_found_explain(t->fd, guest_path, e);
		return r;
	}
	f->fd = openin(t->fd, f->guest_path, 0, &st, e);
	if (f->fd < 0)
		return f->fd;
	if (st.st_size == 0)
		return FAIL(e, -ENODATA, "resolve.empty", "%s", QUOTE(guest_path));
	f->size = (uint64_t)st.st_size;
	f->on = tree_holding(t, f->guest_path);
	log_verbose("%s is %s on %s", QUOTE(guest_path), QUOTE(f->guest_path), f->on->volume.name);
	return 0;
}

int walk_dir(struct tree *t, const char *guest_path, char *ret_path, size_t size, struct err *e)
{
	int r = openin_walk(t->fd, guest_path, walk_enter, t, ret_path, size, e);

	return r < 0 ? r : openin(t->fd, ret_path, O_PATH | O_DIRECTORY, NULL, e);
}

int walk_file(struct tree *t, const char *guest_path, struct resolved **ret, struct err *e)
{
	struct opened *o = calloc(1, sizeof(*o));
	int r;

	if (!o)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", QUOTE(guest_path));
	o->file.fd = -1;
	r = open_file(t, guest_path, &o->file, e);
	/*
	 * Only now: it lies on what was mounted on the way, and must be closed before that is
	 * unmounted.
	 */
	scope_push(t->scope, &o->undo, "file", NULL, opened_free);
	if (r >= 0)
		*ret = &o->file;
	return r;
}
