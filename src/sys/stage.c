/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - a directory that appears when it is finished, with all that is in it, or not at all */
#include "sys/stage.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

#define DEPTH_MAX	32 /* deeper than anything that is put into one */
#define TAG_LENGTH	6
#define UNTOUCHED_AFTER 60 /* seconds: it is locked a moment after it is made */

/* ---- names ---- */

/* The last component of @dir into name[NAME_MAX + 1], what it lies in into parent[PATH_MAX]. */
static int split(const char *dir, char *parent, char *name)
{
	size_t len = strlen(dir), begin;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	begin = len;
	while (begin > 0 && dir[begin - 1] != '/')
		begin--;
	if (len - begin == 0 || len - begin > NAME_MAX - 16 || len >= PATH_MAX)
		return -EINVAL;
	snprintf(name, NAME_MAX + 1, "%.*s", (int)(len - begin), dir + begin);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return -EINVAL;
	snprintf(parent, PATH_MAX, "%.*s", begin ? (int)begin : 1, begin ? dir : ".");
	return 0;
}

static void part_name(const char *name, const char *tag, char to[NAME_MAX + 1])
{
	snprintf(to, NAME_MAX + 1, ".%.*s.%s.part", NAME_MAX - 16, name, tag);
}

static int open_parent(const char *dir, char name[NAME_MAX + 1], struct err *e)
{
	char parent[PATH_MAX];
	int r = STEP_OURS(e, "stage.parent", QUOTE(dir), split(dir, parent, name));

	return r < 0 ? r
		     : STEP(e, "stage.parent", QUOTE(parent),
			       open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* ---- removing ---- */

static int remove_tree(int at_fd, const char *name, unsigned int depth);

static int remove_entries(int dir_fd, unsigned int depth)
{
	own_fd int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own_dir DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d)
		return -errno;
	TAKE_FD(fd);
	while ((entry = readdir(d))) {
		int r;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		r = unlinkat(dirfd(d), entry->d_name, 0) == 0 ? 0 : -errno;
		if (r == -EISDIR || r == -EPERM)
			r = remove_tree(dirfd(d), entry->d_name, depth + 1);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

static int remove_tree(int at_fd, const char *name, unsigned int depth)
{
	own_fd int fd = openat(at_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (depth > DEPTH_MAX)
		return -ELOOP;
	r = remove_entries(fd, depth);
	if (r < 0)
		return r;
	return unlinkat(at_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

static bool is_ours(const struct stage *s, const char *name)
{
	struct stat ours, there;

	return fstat(s->fd, &ours) == 0 &&
	       fstatat(s->parent_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

static int remove_stage(struct stage *s)
{
	const char *name = s->published ? s->name : s->part;
	int r = s->there && is_ours(s, name) ? remove_tree(s->parent_fd, name, 0) : 0;

	s->there = r < 0;
	return r;
}

static int stage_undo(struct undo *u, struct err *e)
{
	struct stage *s = container_of(u, struct stage, undo);

	return STEP_OURS(e, "stage.remove", QUOTE(s->dir), remove_stage(s));
}

static void stage_by_hand(struct undo *u, char *to, size_t size)
{
	struct stage *s = container_of(u, struct stage, undo);
	char path[PATH_MAX + NAME_MAX + 2];

	snprintf(path, sizeof(path), "%.*s%s", (int)(strlen(s->dir) - strlen(s->name)), s->dir,
		s->published ? s->name : s->part);
	snprintf(to, size, "rm -r %s", QUOTE(path));
}

static void stage_free(struct undo *u)
{
	struct stage *s = container_of(u, struct stage, undo);

	if (s->fd >= 0)
		close(s->fd);
	if (s->parent_fd >= 0)
		close(s->parent_fd);
	free(s);
}

/* ---- making ---- */

static bool is_empty(int parent_fd, const char *name)
{
	own_fd int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	own_dir DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d)
		return errno == ENOENT;
	TAKE_FD(fd);
	while ((entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return false;
	return true;
}

static int open_locked(int parent_fd, const char *part)
{
	int fd = openat(parent_fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	/* Where there are no locks, nobody else removes it. */
	if (fd >= 0)
		(void)!flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

static struct stage *stage_new(const char *dir, const char *tag)
{
	struct stage *s = calloc(1, sizeof(*s));
	size_t len = strlen(dir);

	if (!s)
		return NULL;
	while (len > 1 && dir[len - 1] == '/')
		len--;
	snprintf(s->dir, sizeof(s->dir), "%.*s", (int)len, dir);
	snprintf(s->tag, sizeof(s->tag), "%s", tag);
	s->fd = s->parent_fd = -1;
	s->undo.by_hand = stage_by_hand;
	return s;
}

int stage_begin(
	struct scope *outputs, const char *dir, const char *tag, struct stage **ret, struct err *e)
{
	struct stage *s = stage_new(dir, tag);
	int r;

	if (!s)
		return err_set(e, -ENOMEM, "stage.make", "%s", QUOTE(dir));
	scope_push(outputs, &s->undo, s->dir, stage_undo, stage_free);
	r = s->parent_fd = open_parent(dir, s->name, e);
	if (r < 0)
		return r;
	if (!is_empty(s->parent_fd, s->name))
		return FAIL(e, -ENOTEMPTY, "stage.taken", "%s", QUOTE(dir));
	part_name(s->name, tag, s->part);
	r = STEP(e, "stage.make", QUOTE(dir), mkdirat(s->parent_fd, s->part, 0755));
	if (r < 0)
		return r;
	r = s->fd = STEP(e, "stage.open", QUOTE(dir), open_locked(s->parent_fd, s->part));
	if (r < 0) {
		unlinkat(s->parent_fd, s->part, AT_REMOVEDIR);
		return r;
	}
	s->there = true;
	*ret = s;
	return 0;
}

int stage_discard(struct stage *s, struct err *e)
{
	return stage_undo(&s->undo, e);
}

static void mark_name(const char *tag, char to[32])
{
	snprintf(to, 32, ".unconfirmed.%.8s", tag);
}

static int make_mark(const struct stage *s)
{
	char mark[32];
	own_fd int fd = -1;

	mark_name(s->tag, mark);
	fd = openat(s->fd, mark, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd < 0 ? -1 : 0;
}

int stage_publish(struct stage *s, struct err *e)
{
	int r = STEP(e, "stage.mark", QUOTE(s->dir), make_mark(s));

	if (r >= 0) /* over an empty directory it goes, over one that is not it does not */
		r = STEP(e, "stage.publish", QUOTE(s->dir),
			renameat(s->parent_fd, s->part, s->parent_fd, s->name));
	s->published = r >= 0;
	return r;
}

/* ---- by name ---- */

static int remove_mark(const char *dir, const char *tag)
{
	own_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char mark[32];

	mark_name(tag, mark);
	if (fd < 0 || unlinkat(fd, mark, 0) < 0)
		return errno == ENOENT ? 0 : -1;
	return 0;
}

int stage_confirm(const char *dir, const char *tag, struct err *e)
{
	return STEP(e, "stage.confirm", QUOTE(dir), remove_mark(dir, tag));
}

static bool is_unconfirmed(int parent_fd, const char *name, const char *tag)
{
	own_fd int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char mark[32];
	struct stat st;

	mark_name(tag, mark);
	return fd >= 0 && fstatat(fd, mark, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

int stage_retract(const char *dir, const char *tag, struct err *e)
{
	char name[NAME_MAX + 1], part[NAME_MAX + 1];
	own_fd int parent_fd = open_parent(dir, name, NULL);
	int r;

	if (parent_fd < 0)
		return 0; /* then it could not be made */
	part_name(name, tag, part);
	r = STEP_OURS(e, "stage.remove", QUOTE(dir), remove_tree(parent_fd, part, 0));
	if (r >= 0 && is_unconfirmed(parent_fd, name, tag))
		r = STEP_OURS(e, "stage.remove", QUOTE(dir), remove_tree(parent_fd, name, 0));
	return r;
}

static bool is_part_of(const char *entry, const char *name)
{
	size_t len = strlen(name);
	const char *tag = entry + 1 + len + 1;

	if (entry[0] != '.' || strncmp(entry + 1, name, len) != 0 || entry[1 + len] != '.')
		return false;
	for (int i = 0; i < TAG_LENGTH; i++)
		if (!isalnum((unsigned char)tag[i]))
			return false;
	return !strcmp(tag + TAG_LENGTH, ".part");
}

static bool is_abandoned(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       st.st_mtime + UNTOUCHED_AFTER < time(NULL) && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static int reap_one(int parent_fd, const char *part, const char *dir, struct err *e)
{
	own_fd int fd = openat(parent_fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (fd < 0 || !is_abandoned(fd))
		return 0;
	r = STEP_OURS(e, "stage.remove", QUOTE(dir), remove_tree(parent_fd, part, 0));
	return r < 0 ? r : 1;
}

int stage_reap(const char *dir, struct err *e)
{
	char name[NAME_MAX + 1];
	own_fd int parent_fd = open_parent(dir, name, e);
	own_fd int fd =
		parent_fd < 0 ? -1 : openat(parent_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own_dir DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int n = 0, r = 0;

	if (!d)
		return parent_fd < 0 ? parent_fd : 0;
	TAKE_FD(fd);
	while (r >= 0 && (entry = readdir(d)))
		if (is_part_of(entry->d_name, name)) {
			r = reap_one(parent_fd, entry->d_name, dir, e);
			n += r > 0;
		}
	return r < 0 ? r : n;
}
