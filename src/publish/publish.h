/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish - files that appear in a directory complete or not at all */
#ifndef DOMU_PUBLISH_PUBLISH_H
#define DOMU_PUBLISH_PUBLISH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/scope.h"

/*
 * A file that appears in its directory once it is complete.
 * It is created with O_TMPFILE, so it has no name before publish_link(), and a killed process
 * leaves nothing. On filesystems without O_TMPFILE it is a hidden file ".NAME.part" that is
 * renamed.
 * Until it is confirmed it has the sticky bit, which has no other meaning for a file. Its creator
 * holds a flock() on it. So an unconfirmed file that can be locked was never acknowledged.
 */
#define PUBLISH_UNCONFIRMED S_ISVTX

struct publication {
	struct undo undo;
	int dir_fd;	    /* the directory; a duplicate */
	int fd;		    /* O_RDWR, mode 01600 whatever the umask; closed by the scope */
	bool hidden;	    /* is named ".NAME.part" */
	bool linked;	    /* has its final name; if neither is set: has no name */
	char dir[PATH_MAX]; /* absolute, for messages and the result */
	char name[64];	    /* "kernel.AbCdEf" */
};

/*
 * Open the output directory.
 * @make: if not 0, create a missing @dir with this mode. Its parent must exist. It is not removed
 * again.
 * @ret_path: its absolute path, malloc'ed; the caller's spelling if that is absolute
 * Returns: an O_RDONLY descriptor
 * Errors: steps "outdir.make", "outdir.open", "outdir.path"
 */
int publish_open_dir(const char *dir, mode_t make, char **ret_path, struct err *e);

/*
 * Check that @dir_fd has at least @bytes free for unprivileged processes. A filesystem that reports
 * no size always passes.
 * Errors: -ENOSPC, step "outdir.space": the detail has both figures; step "outdir.stat"
 */
int publish_check_space(int dir_fd, const char *dir, uint64_t bytes, struct err *e);

/*
 * Create a file that will be named @name in @dir_fd.
 * The undo on @outputs unlinks its name, unless that names another file by then.
 * @dir: absolute path of @dir_fd
 * @ret: owned by the scope
 * Errors: steps "publish.new", "publish.dup", "publish.create", "publish.mode"; "publish.discard"
 * in the undo
 */
int publish_begin(struct scope *outputs, int dir_fd, const char *dir, const char *name,
	struct publication **ret, struct err *e);

/*
 * Give the file its name. An existing file is never replaced. The data is not fsynced: the
 * toolstack reads it immediately. Needs /proc.
 * Errors: step "publish.link"; -EEXIST if the name exists
 */
int publish_link(struct publication *p, struct err *e);

/*
 * Confirm the files "kernel.TAG" and "ramdisk.TAG" in @dir, after the result was written: set their
 * mode to 0600. Returns 0 if they are absent: a reader of the result may have moved them.
 * Errors: step "publish.confirm"
 */
int publish_confirm(const char *dir, const char *tag, struct err *e);

/*
 * Remove the unacknowledged files "kernel.TAG" and "ramdisk.TAG" of a killed process from @dir, and
 * their hidden names. Returns 0 if they are absent.
 * Errors: step "publish.discard"
 */
int publish_retract(const char *dir, const char *tag, struct err *e);

#endif
