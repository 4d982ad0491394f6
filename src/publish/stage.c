/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - staging directories: they appear complete or not at all */
#include "publish/stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "publish/remove.h"

#define MARK ".unconfirmed."

/* ---- names ---- */

/* Split @dir into its parent, @parent[PATH_MAX], and its last component, @name[NAME_MAX + 1]. */
static int stage_split(const char *dir, char *parent, char *name)
{
	size_t len = text_dir_length(dir), begin = len;

	while (begin > 0 && dir[begin - 1] != '/')
		begin--;
	if (len - begin == 0 || len - begin > NAME_MAX - 16 || len >= PATH_MAX)
		return -EINVAL;
	snprintf(name, NAME_MAX + 1, "%.*s", (int)(len - begin), dir + begin);
	if (text_is_dots(name))
		return -EINVAL;
	snprintf(parent, PATH_MAX, "%.*s", begin ? (int)begin : 1, begin ? dir : ".");
	return 0;
}

static void stage_part_name(const char *name, const char *tag, char to[NAME_MAX + 1])
{
	snprintf(to, NAME_MAX + 1, ".%.*s.%s.part", NAME_MAX - 16, name, tag);
}

static int open_parent(const char *dir, char name[NAME_MAX + 1], struct err *e)
{
	char parent[PATH_MAX];
	int r = STEP_OURS(e, "stage.parent", QUOTE(dir), stage_split(dir, parent, name));

	if (r < 0)
		return err_detail(
			e, "specify a directory with a name of its own, not '/', '.' or '..'");
	return STEP(
		e, "stage.parent", QUOTE(parent), open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* ---- removing ---- */

static int remove_stage(struct stage *s)
{
	const char *name = s->published ? s->name : s->part;
	bool is_ours = s->there && fd_is_named(s->fd, s->parent_fd, name) > 0;
	int r = is_ours ? remove_tree(s->parent_fd, name, NULL) : 0;

	s->there = r < 0;
	return r;
}

static int stage_undo(struct undo *u, struct err *e)
{
	struct stage *s = container_of(u, struct stage, undo);

	return STEP_OURS(e, "stage.remove", QUOTE(s->dir), remove_stage(s));
}

#define PATH_SIZE (PATH_MAX + NAME_MAX + 2)

static const char *stage_path_of(const struct stage *s, char to[PATH_SIZE])
{
	snprintf(to, PATH_SIZE, "%.*s%s", (int)(strlen(s->dir) - strlen(s->name)), s->dir,
		s->published ? s->name : s->part);
	return to;
}

static void stage_by_hand(struct undo *u, char *to, size_t size)
{
	char path[PATH_SIZE];

	snprintf(to, size, "rm -r %s",
		QUOTE(stage_path_of(container_of(u, struct stage, undo), path)));
}

static void stage_free(struct undo *u)
{
	struct stage *s = container_of(u, struct stage, undo);

	fd_close(&s->fd);
	fd_close(&s->parent_fd);
	free(s);
}

/* ---- making ---- */

static bool is_empty(int parent_fd, const char *name)
{
	own_dir DIR *d = fd_open_dir(parent_fd, name);
	struct dirent *entry;

	if (!d)
		return errno == ENOENT;
	while ((entry = readdir(d)))
		if (!text_is_dots(entry->d_name))
			return false;
	return true;
}

/* @tag: of one run; NULL: of any */
static bool has_mark(int parent_fd, const char *name, const char *tag)
{
	own_dir DIR *d = fd_open_dir(parent_fd, name);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		const char *of = entry->d_name + strlen(MARK), *end;

		if (strncmp(entry->d_name, MARK, strlen(MARK)) != 0)
			continue;
		end = tag_end(of);
		if (end && !*end && (!tag || !strcmp(of, tag)))
			return true;
	}
	return false;
}

static int fail_taken(const struct stage *s, struct err *e)
{
	FAIL(e, -ENOTEMPTY, "stage.taken", "%s", QUOTE(s->dir));
	if (!has_mark(s->parent_fd, s->name, NULL))
		return e->code;
	return err_detail(e, "an interrupted run left it: domUloader reap "
			     "--directory=DIR removes it");
}

static int open_locked(int parent_fd, const char *part)
{
	int fd = openat(parent_fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	/* Without lock support, no other run removes it. */
	if (fd >= 0)
		(void)!flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

static struct stage *stage_new(const char *dir, const char *tag)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	snprintf(s->dir, sizeof(s->dir), "%.*s", (int)text_dir_length(dir), dir);
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
		return fail_taken(s, e);
	stage_part_name(s->name, tag, s->part);
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

static int make_mark(const struct stage *s)
{
	char mark[32];

	snprintf(mark, sizeof(mark), MARK "%.8s", s->tag);
	return mknodat(s->fd, mark, S_IFREG | 0600, 0);
}

int stage_publish(struct stage *s, struct err *e)
{
	int r = STEP(e, "stage.mark", QUOTE(s->dir), make_mark(s));

	if (r >= 0) /* replaces an empty directory; otherwise fails */
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

	snprintf(mark, sizeof(mark), MARK "%.8s", tag);
	if (fd < 0 || unlinkat(fd, mark, 0) < 0)
		return errno == ENOENT ? 0 : -1;
	return 0;
}

int stage_confirm(const char *dir, const char *tag, struct err *e)
{
	return STEP(e, "stage.confirm", QUOTE(dir), remove_mark(dir, tag));
}

int stage_retract(const char *dir, const char *tag, struct err *e)
{
	char name[NAME_MAX + 1], part[NAME_MAX + 1];
	own_fd int parent_fd = open_parent(dir, name, NULL);
	int r;

	if (parent_fd < 0)
		return 0; /* so nothing was created */
	stage_part_name(name, tag, part);
	r = STEP_OURS(e, "stage.remove", QUOTE(dir), remove_tree(parent_fd, part, NULL));
	if (r >= 0 && has_mark(parent_fd, name, tag))
		r = STEP_OURS(e, "stage.remove", QUOTE(dir), remove_tree(parent_fd, name, NULL));
	return r;
}

/* ---- leftovers of killed runs ---- */

static bool is_part_of(const char *entry, const char *name)
{
	size_t len = strlen(name);
	const char *end;

	if (entry[0] != '.' || strncmp(entry + 1, name, len) != 0 || entry[1 + len] != '.')
		return false;
	end = tag_end(entry + 1 + len + 1);
	return end && !strcmp(end, ".part");
}

/* @part: its temporary name; NULL: it has its final @name */
static int stage_consider(const char *dir, int parent_fd, const char *name, const char *part,
	unfinished_fn found, void *arg, struct err *e)
{
	SCOPE(scope);
	own_fd int fd = openat(
		parent_fd, part ? part : name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char path[PATH_SIZE];
	struct stage *s;

	if (fd < 0 || !unfinished_is_nobodys(fd))
		return 0;
	s = stage_new(dir, "");
	if (!s)
		return err_set(e, -ENOMEM, "stage.parent", "%s", QUOTE(dir));
	scope_push(&scope, &s->undo, s->dir, stage_undo, stage_free);
	s->fd = TAKE_FD(fd);
	s->parent_fd = STEP(e, "stage.parent", QUOTE(dir), fcntl(parent_fd, F_DUPFD_CLOEXEC, 0));
	if (s->parent_fd < 0)
		return s->parent_fd;
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->part, sizeof(s->part), "%s", part ? part : "");
	s->there = true;
	s->published = !part;
	return found(arg, &scope, stage_path_of(s, path), e);
}

int stage_each_left(const char *dir, bool published, unfinished_fn found, void *arg, struct err *e)
{
	struct err why = {0};
	char name[NAME_MAX + 1];
	own_fd int parent_fd = open_parent(dir, name, &why);
	own_dir DIR *d = parent_fd < 0 ? NULL : fd_open_dir(parent_fd, ".");
	struct dirent *entry;
	int r = 0;

	if (parent_fd < 0 && parent_fd != -ENOENT)
		*e = why;
	if (parent_fd < 0)
		return parent_fd == -ENOENT ? 0 : parent_fd;
	while (d && r >= 0 && (entry = readdir(d)))
		if (is_part_of(entry->d_name, name))
			r = stage_consider(dir, parent_fd, name, entry->d_name, found, arg, e);
	if (r >= 0 && published && has_mark(parent_fd, name, NULL))
		r = stage_consider(dir, parent_fd, name, NULL, found, arg, e);
	return r;
}

/* A directory that cannot be read makes the run itself fail later, with an error. */
void stage_clear(const char *dir)
{
	struct err ignored = {0};
	unsigned int n = 0;

	stage_each_left(dir, false, unfinished_remove, &n, &ignored);
	if (n > 0)
		log_verbose("removed %u directories of killed runs", n);
}
