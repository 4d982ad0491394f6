/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish - files that appear in a directory complete or not at all */
#include "publish/publish.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/array.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"

/* Keep an absolute path as spelled: a caller may compare it with its own. */
static int publish_absolute(const char *dir, char **ret)
{
	*ret = *dir == '/' ? strndup(dir, text_dir_length(dir)) : realpath(dir, NULL);
	return *ret ? 0 : -1;
}

int publish_open_dir(const char *dir, mode_t make, char **ret_path, struct err *e)
{
	own_fd int fd = -1;
	int r;

	if (make) {
		r = STEP(e, "outdir.make", QUOTE(dir),
			mkdir(dir, make) < 0 && errno != EEXIST ? -1 : 0);
		if (r < 0)
			return r;
	}
	fd = STEP(e, "outdir.open", QUOTE(dir), open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (fd < 0)
		return fd;
	r = STEP(e, "outdir.path", QUOTE(dir), publish_absolute(dir, ret_path));
	return r < 0 ? r : TAKE_FD(fd);
}

int publish_check_space(int dir_fd, const char *dir, uint64_t bytes, struct err *e)
{
	struct statvfs fs;
	uint64_t left;
	int r = STEP(e, "outdir.stat", QUOTE(dir), fstatvfs(dir_fd, &fs));

	if (r < 0)
		return r;
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (left >= bytes ||
		fs.f_blocks == 0) /* no blocks at all: the filesystem reports no size */
		return 0;
	FAIL(e, -ENOSPC, "outdir.space", "%s", QUOTE(dir));
	return err_detail(e, "%" PRIu64 " bytes are needed, %" PRIu64 " are free", bytes, left);
}

#define PART_SIZE (sizeof(((struct publication *)NULL)->name) + sizeof("..part"))
#define PATH_SIZE (PATH_MAX + PART_SIZE)

static void publish_part_name(const struct publication *p, char to[PART_SIZE])
{
	snprintf(to, PART_SIZE, ".%s.part", p->name);
}

static const char *full_path(const struct publication *p, char to[PATH_SIZE])
{
	snprintf(to, PATH_SIZE, "%s/%s", p->dir, p->name);
	return to;
}

/* Unlink @name unless it names another file by now. */
static int remove_ours(const struct publication *p, const char *name)
{
	int is_ours = fd_is_named(p->fd, p->dir_fd, name);

	return is_ours > 0 ? unlinkat(p->dir_fd, name, 0) : is_ours;
}

static int remove_names(const struct publication *p)
{
	char part[PART_SIZE];

	publish_part_name(p, part);
	if (p->hidden && remove_ours(p, part) < 0)
		return -1;
	return p->linked ? remove_ours(p, p->name) : 0;
}

static int publication_undo(struct undo *u, struct err *e)
{
	struct publication *p = container_of(u, struct publication, undo);
	char path[PATH_SIZE];

	return STEP(e, "publish.discard", QUOTE(full_path(p, path)), remove_names(p));
}

static void publication_by_hand(struct undo *u, char *to, size_t size)
{
	struct publication *p = container_of(u, struct publication, undo);
	char path[PATH_SIZE], part[PART_SIZE];

	publish_part_name(p, part);
	snprintf(path, sizeof(path), "%s/%s", p->dir, p->linked ? p->name : part);
	if (p->linked || p->hidden)
		snprintf(to, size, "rm %s", QUOTE(path));
}

static void publication_free(struct undo *u)
{
	struct publication *p = container_of(u, struct publication, undo);

	close(p->fd);
	close(p->dir_fd);
	free(p);
}

static bool lacks_tmpfile(int code)
{
	return code == EOPNOTSUPP || code == EISDIR || code == ENOENT;
}

/*
 * Create the file without a name; with a hidden name if the filesystem lacks O_TMPFILE (9p, older
 * overlayfs).
 */
static int publish_create(struct publication *p)
{
	char part[PART_SIZE];
	int fd = openat(p->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && lacks_tmpfile(errno)) {
		publish_part_name(p, part);
		fd = openat(
			p->dir_fd, part, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
		p->hidden = fd >= 0;
	}
	/* The lock marks the file as in progress. Without lock support, no other run removes it. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		log_debug("%s can't be locked: %s", QUOTE(p->name), strerror(errno));
	return fd;
}

static int publish_describe(struct publication *p, const char *dir, const char *name)
{
	if (!p)
		return -ENOMEM;
	if (strlen(dir) >= sizeof(p->dir) || strlen(name) >= sizeof(p->name))
		return -ENAMETOOLONG;
	memcpy(p->dir, dir, strlen(dir) + 1);
	memcpy(p->name, name, strlen(name) + 1);
	p->undo.by_hand = publication_by_hand;
	return 0;
}

int publish_begin(struct scope *outputs, int dir_fd, const char *dir, const char *name,
	struct publication **ret, struct err *e)
{
	own_free struct publication *p = calloc(1, sizeof(*p));
	struct publication *file = p;
	own_fd int our_dir_fd = -1;
	int r = STEP_OURS(e, "publish.new", QUOTE(name), publish_describe(p, dir, name));

	if (r < 0)
		return r;
	our_dir_fd = STEP(e, "publish.dup", QUOTE(dir), fcntl(dir_fd, F_DUPFD_CLOEXEC, 0));
	if (our_dir_fd < 0)
		return our_dir_fd;
	p->dir_fd = our_dir_fd;
	p->fd = STEP(e, "publish.create", QUOTE(dir), publish_create(p));
	if (p->fd < 0)
		return p->fd;
	TAKE_FD(our_dir_fd);
	scope_push(outputs, &TAKE_PTR(p)->undo, file->name, publication_undo, publication_free);
	/* the umask may be 0777 */
	r = STEP(e, "publish.mode", QUOTE(name), fchmod(file->fd, 0600 | PUBLISH_UNCONFIRMED));
	if (r < 0)
		return r;
	*ret = file;
	return 0;
}

static int link_anonymous(const struct publication *p)
{
	char path[FD_PATH_SIZE];

	return linkat(AT_FDCWD, fd_path(p->fd, path), p->dir_fd, p->name, AT_SYMLINK_FOLLOW);
}

static bool lacks_noreplace(int code)
{
	return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP;
}

static int show_hidden(struct publication *p)
{
	char part[PART_SIZE];

	publish_part_name(p, part);
	if (renameat2(p->dir_fd, part, p->dir_fd, p->name, RENAME_NOREPLACE) == 0) {
		p->hidden = false;
		return 0;
	}
	if (!lacks_noreplace(errno) || linkat(p->dir_fd, part, p->dir_fd, p->name, 0) < 0)
		return -1;
	p->linked = true;
	if (remove_ours(p, part) < 0)
		return -1;
	p->hidden = false;
	return 0;
}

int publish_link(struct publication *p, struct err *e)
{
	char path[PATH_SIZE];
	int r = STEP(e, "publish.link", QUOTE(full_path(p, path)),
		p->hidden ? show_hidden(p) : link_anonymous(p));

	if (r < 0)
		return r;
	p->linked = true;
	return 0;
}

/* ---- by name, from a process without the descriptors ---- */

/* Call @act for each name that a run with @tag may have used. Missing files are ignored. */
static int for_each_name(const char *dir, const char *tag, int (*act)(int dir_fd, const char *name))
{
	static const struct {
		const char *before, *after;
	} names[] = {
		{"kernel.", ""}, {"ramdisk.", ""}, {".kernel.", ".part"}, {".ramdisk.", ".part"}};
	own_fd int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir_fd < 0)
		return errno == ENOENT ? 0 : -1;
	for (size_t i = 0; i < COUNT(names); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s", names[i].before, tag, names[i].after);
		if (act(dir_fd, name) < 0 && errno != ENOENT)
			return -1;
	}
	return 0;
}

/* A file without the sticky bit is not our copy, or no longer. */
static int publish_confirm_one(int dir_fd, const char *name)
{
	own_fd int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode) || !(st.st_mode & PUBLISH_UNCONFIRMED))
		return 0;
	return fchmod(fd, 0600);
}

int publish_confirm(const char *dir, const char *tag, struct err *e)
{
	return STEP(e, "publish.confirm", QUOTE(dir), for_each_name(dir, tag, publish_confirm_one));
}

static int publish_retract_one(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0);
}

int publish_retract(const char *dir, const char *tag, struct err *e)
{
	return STEP(e, "publish.discard", QUOTE(dir), for_each_name(dir, tag, publish_retract_one));
}
