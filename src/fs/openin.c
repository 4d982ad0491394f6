/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openin - open a guest's path, confined to the guest's tree */
#include "fs/openin.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "fs/listing.h"

#define LINKS_MAX   40	   /* as the kernel's MAXSYMLINKS */
#define LOOKUPS_MAX 100000 /* a short path can cost millions: 40 links, each full of ".." */
#define AGAIN_MAX   64	   /* openat2 returns EAGAIN after a concurrent rename or mount */

/*
 * State of a walk. It only descends: ".." descends anew from the root, so nothing on the disk leads
 * out.
 */
struct walk {
	int root_fd;
	const char *guest_path;
	openin_enter_fn enter;
	void *arg;

	int fd; /* O_PATH: a directory, or the last component */
	bool is_dir;
	char path[PATH_MAX];	       /* canonical path of fd; "" is the root */
	char *guest_todo;	       /* the remaining path; NULL before the start */
	size_t at;		       /* position in guest_todo */
	char guest_name[NAME_MAX + 1]; /* the last component looked up */
	unsigned int links;
	unsigned int lookups;
};

enum { AT_END, MOVED, ENTERED }; /* results of openin_advance() */

static void walk_done(struct walk *w)
{
	fd_close(&w->fd);
	free(w->guest_todo);
}

static void stand_on(struct walk *w, int fd, bool is_dir)
{
	fd_close(&w->fd);
	w->fd = fd;
	w->is_dir = is_dir;
}

static int go_to_root(struct walk *w)
{
	int fd = fcntl(w->root_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	stand_on(w, fd, true);
	return 0;
}

static int open_component(struct walk *w, const char *name, int flags)
{
	int fd;

	if (++w->lookups > LOOKUPS_MAX)
		return -ELOOP;
	fd = openat(w->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | flags);
	return fd < 0 ? -errno : fd;
}

/*
 * Get the next component of @path from *@at; a trailing slash counts as ".", which requires a
 * directory.
 */
static int next_name(const char *path, size_t *at, char name[NAME_MAX + 1])
{
	size_t slashes = strspn(path + *at, "/");
	size_t len = strcspn(path + *at + slashes, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	if (slashes + len == 0)
		return AT_END;
	memcpy(name, len ? path + *at + slashes : ".", len ? len : 1);
	name[len ? len : 1] = '\0';
	*at += slashes + len;
	return MOVED;
}

/* Descend to w->path from the root, entering new mounts on the way. */
static int openin_descend(struct walk *w)
{
	char name[NAME_MAX + 1];
	size_t at = 0;
	int r = go_to_root(w);

	while (r == 0 && next_name(w->path, &at, name) == MOVED) {
		int fd = open_component(w, name, O_DIRECTORY);

		if (fd < 0)
			return fd;
		stand_on(w, fd, true);
	}
	return r < 0 ? r : MOVED;
}

static int go_up(struct walk *w)
{
	char *slash = strrchr(w->path, '/');

	if (!slash)
		return MOVED;
	*slash = '\0';
	return openin_descend(w);
}

/* procfs has links whose target is not what readlink returns. A guest's tree needs none. */
static int check_link(struct walk *w, int link_fd)
{
	struct statfs fs;

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (fstatfs(link_fd, &fs) < 0)
		return -errno;
	return fs.f_type == PROC_SUPER_MAGIC ? -ELOOP : 0;
}

static int openin_follow(struct walk *w, int link_fd)
{
	char guest_target[PATH_MAX];
	ssize_t n;
	char *todo;
	int r = check_link(w, link_fd);

	if (r < 0)
		return r;
	n = readlinkat(link_fd, "", guest_target, sizeof(guest_target) - 1);
	if (n < 0)
		return -errno;
	guest_target[n] = '\0';
	if (!guest_target[0])
		return -ENOENT;
	if (asprintf(&todo, "%s%s", guest_target, w->guest_todo + w->at) < 0)
		return -ENOMEM;
	free(w->guest_todo);
	w->guest_todo = todo;
	w->at = 0;
	if (guest_target[0] != '/')
		return MOVED;
	w->path[0] = '\0';
	r = go_to_root(w);
	return r < 0 ? r : MOVED;
}

static int look_up(struct walk *w, const char *name)
{
	struct stat st;
	own_fd int fd = open_component(w, name, 0);

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return openin_follow(w, fd);
	if (strlen(w->path) + 1 + strlen(name) >= sizeof(w->path))
		return -ENAMETOOLONG;
	text_add(w->path, sizeof(w->path), "/%s", name);
	stand_on(w, TAKE_FD(fd), S_ISDIR(st.st_mode));
	return w->is_dir ? ENTERED : MOVED;
}

static int openin_begin(struct walk *w)
{
	int r = go_to_root(w);

	if (r < 0)
		return r;
	if (!w->guest_path[0])
		return -ENOENT;
	if (strlen(w->guest_path) >= PATH_MAX)
		return -ENAMETOOLONG;
	w->guest_todo = strdup(w->guest_path);
	return w->guest_todo ? MOVED : -ENOMEM;
}

static int openin_advance(struct walk *w)
{
	char name[NAME_MAX + 1];
	int r;

	if (!w->guest_todo)
		return openin_begin(w);
	r = next_name(w->guest_todo, &w->at, name);
	if (r <= 0)
		return r;
	if (!w->is_dir)
		return -ENOTDIR;
	if (!strcmp(name, "."))
		return MOVED;
	if (!strcmp(name, ".."))
		return go_up(w);
	memcpy(w->guest_name, name, sizeof(name));
	return look_up(w, name);
}

static void explain(const struct walk *w, int code, struct err *e)
{
	if (code == -ENOENT && w->fd >= 0)
		listing_explain(w->fd, w->path, w->guest_name, e);
	if (code == -ENOTDIR)
		err_detail(e, "%s is not a directory", QUOTE(w->path));
}

/* Walk to the end: w->path and w->fd are the result. */
static int openin_go_on(struct walk *w, struct err *e)
{
	int r, mounted = 0;

	do {
		r = STEP_OURS(e, "openin.walk", QUOTE(w->guest_path),
			mounted > 0 ? openin_descend(w) : openin_advance(w));
		if (r < 0)
			explain(w, r, e);
		mounted = r == ENTERED && w->enter ? w->enter(w->arg, w->path, w->fd, e) : 0;
	} while (r > AT_END && mounted >= 0);
	return mounted < 0 ? mounted : r;
}

int openin_walk(int root_fd, const char *guest_path, openin_enter_fn enter, void *arg, char *ret,
	size_t size, struct err *e)
{
	struct walk w = {
		.root_fd = root_fd, .guest_path = guest_path, .enter = enter, .arg = arg, .fd = -1};
	const char *path;
	int r = openin_go_on(&w, e);

	walk_done(&w);
	if (r < 0)
		return r;
	path = w.path[0] ? w.path : "/";
	if (strlen(path) >= size)
		return FAIL(e, -ENAMETOOLONG, "openin.length", "%s", QUOTE(guest_path));
	memcpy(ret, path, strlen(path) + 1);
	return 0;
}

static int walk_and_open(int root_fd, const char *guest_path, struct err *e)
{
	struct walk w = {.root_fd = root_fd, .guest_path = guest_path, .fd = -1};
	int r = openin_go_on(&w, e);
	int fd = r < 0 ? r : TAKE_FD(w.fd);

	walk_done(&w);
	return fd;
}

/* Older seccomp profiles return EPERM for unknown system calls. */
static bool lacks_openat2(int code)
{
	return code == -ENOSYS || code == -EPERM;
}

/* If openat2 is missing, *ret_lacking is set and the result 0 is not a descriptor. */
static int kernel_open(int root_fd, const char *guest_path, bool *ret_lacking)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	long fd;
	int tries = 0;

	do
		fd = syscall(SYS_openat2, root_fd, guest_path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && ++tries < AGAIN_MAX);
	if (fd >= 0)
		return (int)fd;
	*ret_lacking = lacks_openat2(-errno);
	return *ret_lacking ? 0 : -errno;
}

/* Get the detail from a walk; openat2 has none. */
static void explain_open(int root_fd, const char *guest_path, struct err *e)
{
	struct err why = {0};
	int fd = walk_and_open(root_fd, guest_path, &why);

	if (fd >= 0)
		close(fd);
	else if (why.detail[0])
		err_detail(e, "%s", why.detail);
}

static int open_path(int root_fd, const char *guest_path, struct err *e)
{
	bool lacking = false;
	int fd = STEP_OURS(
		e, "openin.open", QUOTE(guest_path), kernel_open(root_fd, guest_path, &lacking));

	if (lacking)
		return walk_and_open(root_fd, guest_path, e);
	if (fd == -ENOENT || fd == -ENOTDIR)
		explain_open(root_fd, guest_path, e);
	return fd;
}

static const char *type_name(mode_t mode)
{
	return S_ISREG(mode)	? "a regular file"
	       : S_ISDIR(mode)	? "a directory"
	       : S_ISFIFO(mode) ? "a FIFO"
	       : S_ISSOCK(mode) ? "a socket"
	       : S_ISCHR(mode)	? "a character device"
	       : S_ISBLK(mode)	? "a block device"
				: "of unknown type";
}

static int openin_check_type(const char *guest_path, int flags, mode_t mode, struct err *e)
{
	int code = 0;

	if ((flags & O_DIRECTORY) && !S_ISDIR(mode))
		code = -ENOTDIR;
	else if (!(flags & (O_DIRECTORY | O_PATH)) && !S_ISREG(mode))
		code = S_ISDIR(mode) ? -EISDIR : -EINVAL;
	if (code == 0)
		return 0;
	FAIL(e, code, "openin.type", "%s", QUOTE(guest_path));
	err_detail(e, "it is %s", type_name(mode));
	return code;
}

int openin(int root_fd, const char *guest_path, int flags, struct stat *ret_st, struct err *e)
{
	own_fd int path_fd = open_path(root_fd, guest_path, e);
	struct stat st;
	int fd, r;

	if (path_fd < 0)
		return path_fd;
	r = STEP(e, "openin.stat", QUOTE(guest_path), fstat(path_fd, &st));
	if (r < 0)
		return r;
	r = openin_check_type(guest_path, flags, st.st_mode, e);
	if (r < 0)
		return r;
	if (flags & O_PATH)
		fd = TAKE_FD(path_fd);
	else /* by path it could be another file by now, even a FIFO or a device */
		fd = STEP(e, "openin.reopen", QUOTE(guest_path),
			fd_reopen(path_fd, O_RDONLY | (flags & O_DIRECTORY)));
	if (fd >= 0 && ret_st)
		*ret_st = st;
	return fd;
}
