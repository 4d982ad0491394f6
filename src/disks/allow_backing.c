/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allow_backing - backing policy: which files of the host an image may refer to */
#include "disks/allow_backing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

/* Adds to the error that was just set. */
static int name_it(const struct reference *ref, struct err *e)
{
	return err_detail(e, "its %s is %s", ref->what, QUOTE(ref->guest_name));
}

/* qemu would take "nbd://..." or "json:{...}" for a protocol. */
static bool allow_backing_is_plain(const char *name)
{
	return *name && name[strcspn(name, ":/")] != ':';
}

static int allow_backing_path_of(const struct reference *ref, char *to, size_t size)
{
	const char *slash = strrchr(ref->from, '/');
	int dir_len = ref->guest_name[0] == '/' || !slash ? 0 : (int)(slash - ref->from) + 1;
	int n = snprintf(to, size, "%.*s%s", dir_len, ref->from, ref->guest_name);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

static int real_path(int fd, char *to, size_t size)
{
	char proc[FD_PATH_SIZE];
	ssize_t n = readlink(fd_path(fd, proc), to, size);

	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	to[n] = '\0';
	return 0;
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	while (len > 0 && dir[len - 1] == '/')
		len--;
	return *dir && !strncmp(path, dir, len) && path[len] == '/';
}

/* A missing directory allows nothing. */
static bool is_below_unresolved(const char *path, const char *dir, size_t len)
{
	own_free char *copy = strndup(dir, len);
	own_free char *real = copy ? realpath(copy, NULL) : NULL;

	return real && is_below(path, real);
}

/* @dirs: separated by colons. */
static bool is_below_one(const char *path, const char *dirs)
{
	while (*dirs) {
		size_t len = strcspn(dirs, ":");

		if (is_below_unresolved(path, dirs, len))
			return true;
		dirs += len + (dirs[len] == ':');
	}
	return false;
}

static bool allow_backing_is_allowed(const struct reference *ref, const char *path)
{
	for (unsigned int i = 0; i < ref->plan->n_allow_backing; i++)
		if (is_below_one(path, ref->plan->allow_backing[i]))
			return true;
	return is_below(path, ref->home);
}

static int allow_backing_refuse(const struct reference *ref, const char *path, struct err *e)
{
	FAIL(e, -EACCES, "backing.allowed", "%s", ref->subject);
	return err_detail(e, "its %s is %s, and %s", ref->what, QUOTE(path),
		ref->home[0] ? "lies outside the image's own directory"
			     : "the disk's format was not specified: the guest may have "
			       "written this header");
}

static int allow_backing_find(const char *path, char *real, size_t size)
{
	own_fd int fd = open(path, O_PATH | O_CLOEXEC);
	int r = fd < 0 ? -errno : real_path(fd, real, size);

	return r < 0 ? r : TAKE_FD(fd);
}

int allow_backing_open(const struct reference *ref, char *ret_path, size_t size, struct err *e)
{
	char path[PATH_MAX], real[PATH_MAX];
	own_fd int found_fd = -1;
	struct stat st;
	int r;

	if (!allow_backing_is_plain(ref->guest_name) ||
		allow_backing_path_of(ref, path, sizeof(path)) < 0) {
		FAIL(e, -EINVAL, "backing.name", "%s", ref->subject);
		return name_it(ref, e);
	}
	r = found_fd = STEP_OURS(
		e, "backing.find", ref->subject, allow_backing_find(path, real, sizeof(real)));
	if (r < 0)
		return name_it(ref, e);
	if (!allow_backing_is_allowed(ref, real))
		return allow_backing_refuse(ref, real, e);
	if (fstat(found_fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		FAIL(e, -EINVAL, "backing.type", "%s", ref->subject);
		return name_it(ref, e);
	}
	r = STEP(e, "backing.open", ref->subject, fd_reopen(found_fd, O_RDONLY | O_NOCTTY));
	if (r < 0)
		return name_it(ref, e);
	snprintf(ret_path, size, "%s", path);
	return r;
}

int allow_backing_home(int fd, const char *subject, char *ret, size_t size, struct err *e)
{
	int r = STEP_OURS(e, "backing.find", subject, real_path(fd, ret, size));
	char *slash = r < 0 ? NULL : strrchr(ret, '/');

	if (slash)
		slash[slash == ret] = '\0';
	return r;
}
