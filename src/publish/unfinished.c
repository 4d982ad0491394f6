/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unfinished - unacknowledged copies that killed runs left */
#include "publish/unfinished.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "publish/publish.h"

#define UNTOUCHED_AFTER 60 /* seconds: a file is created a moment before it is locked */

struct part {
	struct undo undo;
	int dir_fd; /* owned by the caller */
	int fd;	    /* locked */
	char name[NAME_MAX + 1];
	char file[PATH_MAX + NAME_MAX];
};

static bool is_hidden(const char *name)
{
	return *name == '.';
}

static bool unfinished_is_named_as_ours(const char *name)
{
	size_t n = strcspn(name + is_hidden(name), ".");
	const char *begin = name + is_hidden(name), *end;

	if (begin[n] != '.' || !(text_is(begin, n, "kernel") || text_is(begin, n, "ramdisk")))
		return false;
	end = tag_end(begin + n + 1);
	return end && !strcmp(end, is_hidden(name) ? ".part" : "");
}

bool unfinished_is_nobodys(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       st.st_mtime + UNTOUCHED_AFTER < time(NULL) && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool is_abandoned(int fd, const char *name)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (is_hidden(name) || (st.st_mode & PUBLISH_UNCONFIRMED)) && st.st_nlink == 1 &&
	       unfinished_is_nobodys(fd);
}

/* Unlink the file unless its name is another file's by now. */
static int remove_part(const struct part *p)
{
	int is_ours = fd_is_named(p->fd, p->dir_fd, p->name);

	return is_ours > 0 ? unlinkat(p->dir_fd, p->name, 0) : is_ours;
}

static int part_undo(struct undo *u, struct err *e)
{
	struct part *p = container_of(u, struct part, undo);

	return STEP(e, "unfinished.remove", QUOTE(p->file), remove_part(p));
}

static void part_by_hand(struct undo *u, char *to, size_t size)
{
	struct part *p = container_of(u, struct part, undo);

	snprintf(to, size, "rm %s", QUOTE(p->file));
}

static void part_free(struct undo *u)
{
	struct part *p = container_of(u, struct part, undo);

	close(p->fd);
	free(p);
}

static int unfinished_consider(int dir_fd, const char *dir, const char *name, unfinished_fn found,
	void *arg, struct err *e)
{
	SCOPE(s);
	struct part *p;
	own_fd int fd =
		openat(dir_fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || !is_abandoned(fd, name))
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return err_set(e, -ENOMEM, "unfinished.list", "%s", QUOTE(dir));
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->file, sizeof(p->file), "%s/%s", dir, name);
	p->dir_fd = dir_fd;
	p->fd = TAKE_FD(fd);
	p->undo.by_hand = part_by_hand;
	scope_push(&s, &p->undo, p->file, part_undo, part_free);
	return found(arg, &s, p->file, e);
}

int unfinished_each(const char *dir, unfinished_fn found, void *arg, struct err *e)
{
	own_dir DIR *d = opendir(dir);
	struct dirent *entry;
	int r = 0;

	if (!d && errno == ENOENT)
		return 0;
	r = STEP_OURS(e, "unfinished.list", QUOTE(dir), d ? 0 : -errno);
	while (r >= 0 && (entry = readdir(d)))
		if (unfinished_is_named_as_ours(entry->d_name))
			r = unfinished_consider(dirfd(d), dir, entry->d_name, found, arg, e);
	return r;
}

int unfinished_remove(void *arg, struct scope *s, const char *file, struct err *e)
{
	unsigned int *count = arg;

	(void)file;
	(void)e;
	*count += scope_unwind(s, NULL) == 0;
	return 0;
}

void unfinished_clear(const char *dir)
{
	struct err why = {0};
	unsigned int n = 0;

	if (unfinished_each(dir, unfinished_remove, &n, &why) < 0)
		log_warn("cannot remove copies of killed runs: %s", HINT_LINE(&why, why.subject));
	else if (n > 0)
		log_verbose("removed %u copies of killed runs", n);
}
