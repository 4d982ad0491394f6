/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store - the output directory: a subdirectory per guest, complete or absent */
#include "rack/store.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "plan/options.h"
#include "publish/publish.h"
#include "publish/remove.h"
#include "rack/manifest.h"

#define STAGE	 ".domUloader."
#define VERSIONS ".versions"

static void stage_name(const char *name, char to[NAME_MAX + 1])
{
	snprintf(to, NAME_MAX + 1, STAGE "%s", name);
}

/* ---- opening ---- */

static int sweep(const struct store *s, struct err *e)
{
	own_dir DIR *d = NULL;
	int fd = openat(s->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	struct dirent *entry;

	d = fd < 0 ? NULL : fdopendir(fd);
	r = STEP_OURS(e, "store.sweep", QUOTE(s->path), d ? 0 : -errno);
	if (r < 0 && fd >= 0)
		close(fd);
	while (r >= 0 && (entry = readdir(d)))
		if (!strncmp(entry->d_name, STAGE, strlen(STAGE)))
			r = remove_tree(s->dir_fd, entry->d_name, e);
	return r;
}

static int lock(const struct store *s, struct err *e)
{
	int r = STEP(e, "store.lock", QUOTE(s->path), flock(s->dir_fd, LOCK_EX | LOCK_NB));

	if (r == -EWOULDBLOCK)
		err_detail(e, "another batch or sync is using it");
	return r < 0 ? r : sweep(s, e);
}

int store_open(const char *dir, bool want_lock, struct store *ret, struct err *e)
{
	struct store s = {.dir_fd = -1};
	int r;

	s.dir_fd = publish_open_dir(dir, want_lock ? 0755 : 0, &s.path, e);
	if (s.dir_fd < 0)
		return s.dir_fd;
	r = want_lock ? lock(&s, e) : 0;
	if (r < 0)
		store_close(&s);
	else
		*ret = s;
	return r;
}

void store_close(struct store *s)
{
	if (s->path)
		close(s->dir_fd);
	free(s->path);
	*s = (struct store){.dir_fd = -1};
}

bool store_has(const struct store *s, const char *name)
{
	char path[NAME_MAX + sizeof(MANIFEST_FILE) + 1];

	snprintf(path, sizeof(path), "%s/" MANIFEST_FILE, name);
	return faccessat(s->dir_fd, path, F_OK, 0) == 0;
}

/* ---- staging ---- */

int store_stage(const struct store *s, const char *name, char to[PATH_MAX], struct err *e)
{
	char stage[NAME_MAX + 1];
	int r = store_unstage(s, name, e);

	stage_name(name, stage);
	if (r >= 0)
		r = STEP(e, "store.stage", QUOTE(stage), mkdirat(s->dir_fd, stage, 0755));
	if (r >= 0 && snprintf(to, PATH_MAX, "%s/%s", s->path, stage) >= PATH_MAX)
		r = FAIL(e, -ENAMETOOLONG, "store.stage", "%s", QUOTE(stage));
	return r;
}

int store_unstage(const struct store *s, const char *name, struct err *e)
{
	char stage[NAME_MAX + 1];

	stage_name(name, stage);
	return remove_tree(s->dir_fd, stage, e);
}

/* ---- one directory ---- */

/* Without RENAME_EXCHANGE, the name is missing for a moment. */
static int replace(int dir_fd, const char *stage, const char *name)
{
	char old[NAME_MAX + 1];

	if (renameat2(dir_fd, stage, dir_fd, name, RENAME_EXCHANGE) == 0)
		return 0;
	if (errno == ENOENT)
		return renameat(dir_fd, stage, dir_fd, name);
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	snprintf(old, sizeof(old), STAGE "-%.200s", name);
	if (renameat(dir_fd, name, dir_fd, old) < 0 || renameat(dir_fd, stage, dir_fd, name) < 0)
		return -1;
	return renameat(dir_fd, old, dir_fd, stage);
}

int store_publish(const struct store *s, const char *name, struct err *e)
{
	char stage[NAME_MAX + 1];
	int r;

	stage_name(name, stage);
	r = STEP(e, "store.publish", QUOTE(name), replace(s->dir_fd, stage, name));
	return r < 0 ? r : store_unstage(s, name, e);
}

/* ---- versions ---- */

static unsigned long version_number(const char *text)
{
	uint64_t n;

	return num_parse(text, 999999999, &n) == 0 ? (unsigned long)n : 0;
}

/* Open DIR/.versions/NAME; create it if missing. */
static int open_versions(const struct store *s, const char *name)
{
	own_fd int all = -1;
	int fd;

	if (mkdirat(s->dir_fd, VERSIONS, 0755) < 0 && errno != EEXIST)
		return -errno;
	all = openat(s->dir_fd, VERSIONS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (all < 0 || (mkdirat(all, name, 0755) < 0 && errno != EEXIST))
		return -errno;
	fd = openat(all, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Sorts version numbers, the highest first. */
static int by_number(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x < y) - (x > y);
}

/* More than are ever kept: killed runs may have left some. */
#define VERSIONS_MAX (4 * OPTIONS_KEEP_MAX)

static int list_versions(int fd, unsigned long number[VERSIONS_MAX], size_t *n)
{
	own_dir DIR *d = NULL;
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;

	d = copy < 0 ? NULL : fdopendir(copy);
	if (!d)
		return -errno;
	*n = 0;
	while ((entry = readdir(d)))
		if (version_number(entry->d_name) && *n < VERSIONS_MAX)
			number[(*n)++] = version_number(entry->d_name);
	qsort(number, *n, sizeof(*number), by_number);
	return 0;
}

/* Fsync a directory and its contents, before a symlink to it becomes visible. */
static int sync_inside(int dir_fd, const char *name, unsigned int depth)
{
	own_dir DIR *d = NULL;
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), r = 0;
	struct dirent *entry;
	struct stat st;

	if (fd < 0)
		return errno == ELOOP ? 0 : -errno; /* a symlink is synced with its directory */
	if (fsync(fd) < 0 || fstat(fd, &st) < 0)
		r = -errno;
	if (r < 0 || !S_ISDIR(st.st_mode) || depth > TREE_DEPTH_MAX) {
		close(fd);
		return r;
	}
	d = fdopendir(fd);
	while (d && r >= 0 && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = sync_inside(dirfd(d), entry->d_name, depth + 1);
	return d ? r : -ENOMEM;
}

/*
 * Rename a new symlink over the old one, so that readers see one or the other. If batch made a
 * directory, it is exchanged, and the caller removes it.
 */
static int point_to(const struct store *s, const char *name, unsigned long number)
{
	char stage[NAME_MAX + 1], target[PATH_MAX];

	stage_name(name, stage);
	snprintf(target, sizeof(target), VERSIONS "/%s/%lu", name, number);
	if (symlinkat(target, s->dir_fd, stage) < 0)
		return -1;
	if (renameat(s->dir_fd, stage, s->dir_fd, name) == 0)
		return 0;
	return errno == EISDIR ? replace(s->dir_fd, stage, name) : -1;
}

static int prune(int fd, const unsigned long *number, size_t n, unsigned int keep, struct err *e)
{
	int r = 0;

	for (size_t i = keep; r >= 0 && i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%lu", number[i]);
		r = remove_tree(fd, name, e);
	}
	return r;
}

int store_publish_version(const struct store *s, const char *name, unsigned int keep, struct err *e)
{
	own_free unsigned long *number = calloc(VERSIONS_MAX + 1, sizeof(*number));
	own_fd int fd = -1;
	char stage[NAME_MAX + 1], next[32];
	size_t n = 0;
	int r;

	if (!number)
		return FAIL(e, -ENOMEM, "store.version", "%s", QUOTE(name));
	stage_name(name, stage);
	r = fd = STEP_OURS(e, "store.versions", QUOTE(name), open_versions(s, name));
	if (r >= 0)
		r = STEP_OURS(e, "store.prune", QUOTE(name), list_versions(fd, number + 1, &n));
	if (r < 0)
		return r;
	number[0] = n ? number[1] + 1 : 1;
	snprintf(next, sizeof(next), "%lu", number[0]);
	r = STEP_OURS(e, "store.sync", QUOTE(stage), sync_inside(s->dir_fd, stage, 0));
	if (r >= 0)
		r = STEP(e, "store.version", QUOTE(next), renameat(s->dir_fd, stage, fd, next));
	if (r >= 0) {
		r = STEP(e, "store.link", QUOTE(name), point_to(s, name, number[0]));
		if (r < 0)
			remove_tree(fd, next, NULL);
	}
	if (r >= 0)
		r = store_unstage(s, name, e);
	if (r >= 0)
		r = prune(fd, number, n + 1, keep, e);
	return r;
}
