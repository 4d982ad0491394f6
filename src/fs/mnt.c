/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mnt - libmount: read-only mounts in a private mount namespace, and parsing of fstab */
#include "fs/mnt.h"

#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"

#define FSTAB_SIZE_MAX (1024 * 1024)

struct mnt {
	struct undo undo;
	const char *at; /* the current mount target */
	char path[];
};

static int mnt_undo(struct undo *u, struct err *e)
{
	struct mnt *m = container_of(u, struct mnt, undo);

	return STEP(e, "mnt.umount", m->at, umount2(m->at, UMOUNT_NOFOLLOW));
}

static void mnt_free(struct undo *u)
{
	free(container_of(u, struct mnt, undo));
}

static struct mnt *mnt_new(const char *path)
{
	struct mnt *m = calloc(1, sizeof(*m) + strlen(path) + 1);

	if (m)
		strcpy(m->path, path);
	return m;
}

static void mnt_push(struct scope *s, struct mnt *m, const char *at)
{
	m->at = at;
	scope_push(s, &m->undo, m->at, mnt_undo, mnt_free);
}

int mnt_tmpfs(struct scope *s, const char *target, struct err *e)
{
	struct mnt *m = mnt_new(target);
	int r;

	if (!m)
		return err_set(e, -ENOMEM, "mnt.tmpfs", "%s", target);
	r = STEP(e, "mnt.tmpfs", target,
		mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"));
	if (r < 0)
		mnt_free(&m->undo);
	else
		mnt_push(s, m, m->path);
	return r;
}

static void free_context(struct libmnt_context **cxt)
{
	mnt_free_context(*cxt);
}
#define own_context __attribute__((cleanup(free_context)))

static bool mnt_prepare(struct libmnt_context *cxt, const char *source, const char *fstype,
	const char *options, const char *target)
{
	return mnt_context_disable_helpers(cxt, 1) == 0 && mnt_context_disable_mtab(cxt, 1) == 0 &&
	       mnt_context_disable_canonicalize(cxt, 1) == 0 &&
	       mnt_context_set_fstype(cxt, fstype) == 0 &&
	       mnt_context_set_options(cxt, options) == 0 &&
	       mnt_context_set_source(cxt, source) == 0 && mnt_context_set_target(cxt, target) == 0;
}

struct mnt_failure {
	bool is_ours; /* not the filesystem's fault */
	char detail[256];
};

static bool is_directory(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
 * mnt_context_mount() returns 0 with a status that may be a failure, a positive errno of the system
 * call, or a negative one of its own. Since libmount 2.39 it makes several system calls and does
 * not tell which one failed: so check what ours may fail at.
 */
static int mount_and_convert(struct libmnt_context *cxt, const char *place, struct mnt_failure *why)
{
	int r = mnt_context_mount(cxt);

	if (r == 0 && mnt_context_get_status(cxt) == 1)
		return 0;
	mnt_context_get_excode(cxt, r, why->detail, sizeof(why->detail));
	why->is_ours = !mnt_context_syscall_called(cxt) || r == -MNT_ERR_APPLYFLAGS ||
		       !is_directory(place);
	if (mnt_context_syscall_called(cxt) && mnt_context_get_syscall_errno(cxt) > 0)
		return -mnt_context_get_syscall_errno(cxt);
	return r < 0 ? r : -(r ? r : EIO);
}

static int mnt_mount(struct libmnt_context *cxt, const char *node, const char *place,
	const char *fstype, struct err *e)
{
	struct mnt_failure why = {0};
	int r = STEP_OURS(e, "mnt.mount", node, mount_and_convert(cxt, place, &why));

	if (why.is_ours) {
		*e = (struct err){0};
		FAIL(e, r, "mnt.place", "%s", place);
	}
	if (why.detail[0])
		err_detail(e, "mount -t %s: %s", fstype, why.detail);
	return r;
}

/*
 * Mounted elsewhere and moved: libmount since 2.39 uses move_mount(2), which does not follow
 * /proc/self/fd. mount(2) does in each kernel.
 */
static int mnt_move(struct mnt *m, const struct mnt_where *where, struct err *e)
{
	int r = STEP(e, "mnt.move", QUOTE(where->path),
		mount(where->place, where->target, NULL, MS_MOVE, NULL));

	if (r >= 0)
		m->at = m->undo.name = m->path;
	return r;
}

int mnt_filesystem(struct scope *s, const struct blkdev *dev, const char *fstype,
	const char *options, const struct mnt_where *where, struct err *e)
{
	own_context struct libmnt_context *cxt = mnt_new_context();
	struct mnt *m = mnt_new(where->path);
	int r;

	if (!cxt || !m || !mnt_prepare(cxt, dev->node, fstype, options, where->place)) {
		free(m);
		return err_set(e, -ENOMEM, "mnt.place", "%s", dev->node);
	}
	r = mnt_mount(cxt, dev->node, where->place, fstype, e);
	if (r < 0) {
		free(m);
		return r;
	}
	mnt_push(s, m, where->place);
	return mnt_move(m, where, e);
}

bool mnt_is_ours(const struct err *e)
{
	return !strcmp(e->step, "mnt.place") || !strcmp(e->step, "mnt.move");
}

static int skip_bad_line(struct libmnt_table *tb, const char *file, int line)
{
	(void)tb;
	(void)file;
	(void)line;
	return 1; /* recoverable: libmount skips the line */
}

static int open_fstab(int fd, FILE **ret)
{
	struct stat st;
	own_fd int copy_fd = -1;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size > FSTAB_SIZE_MAX)
		return -EFBIG;
	copy_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy_fd < 0 || lseek(copy_fd, 0, SEEK_SET) < 0)
		return -errno;
	*ret = fdopen(copy_fd, "r");
	if (!*ret)
		return -errno;
	copy_fd = -1;
	return 0;
}

static int parse(FILE *file, mnt_fstab_fn line, void *arg)
{
	struct libmnt_table *tb = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int r = tb && iter ? 0 : -ENOMEM;

	if (r == 0) {
		mnt_table_set_parser_errcb(tb, skip_bad_line);
		r = mnt_table_parse_stream(tb, file, "fstab");
	}
	while (r == 0 && mnt_table_next_fs(tb, iter, &fs) == 0) {
		const char *source = mnt_fs_get_source(fs), *target = mnt_fs_get_target(fs);
		const char *fstype = mnt_fs_get_fstype(fs), *options = mnt_fs_get_options(fs);

		if (source && target)
			line(arg, source, target, fstype ? fstype : "auto", options ? options : "");
	}
	mnt_free_iter(iter);
	mnt_unref_table(tb);
	return r > 0 ? -r : r;
}

static int fstab_of(int fd, mnt_fstab_fn line, void *arg)
{
	own_file FILE *file = NULL;
	int r = open_fstab(fd, &file);

	return r < 0 ? r : parse(file, line, arg);
}

int mnt_fstab(int fd, mnt_fstab_fn line, void *arg, const char *subject, struct err *e)
{
	return STEP_OURS(e, "mnt.fstab", subject, fstab_of(fd, line, arg));
}
