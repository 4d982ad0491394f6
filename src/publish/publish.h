/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish - a finished file or none */
#ifndef DOMU_PUBLISH_PUBLISH_H
#define DOMU_PUBLISH_PUBLISH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/scope.h"

/*
 * A file that will appear in a directory when it is finished. O_TMPFILE where the filesystem has
 * it: nothing is to be seen, and nothing left by a killed process, before publish_link().
 * Elsewhere a hidden file ".NAME.part" that is renamed. Until it is confirmed it bears the sticky
 * bit, which means nothing else for a file, and is locked (flock) as long as its maker lives: who
 * finds one that can be locked knows that nobody was told of it.
 */
#define PUBLISH_UNCONFIRMED S_ISVTX

struct publication {
	struct undo undo;
	int dir_fd;  /* the directory; a duplicate of our own */
	int fd;	     /* O_RDWR, mode 01600 whatever the umask; the record's, closed with it */
	bool hidden; /* has the name ".NAME.part" */
	bool linked; /* has its final name; neither: no name yet */
	char dir[PATH_MAX]; /* absolute, for messages and the answer */
	char name[64];	    /* "kernel.AbCdEf" */
};

/*
 * Opens @dir (made with mode @make, one level, when that is not 0 and it is missing; it stays, as a
 * service's directory does) and checks that it is a directory. Returns an O_RDONLY descriptor;
 * *ret_path (malloc'ed) is its absolute path, as it was spelled where that was one. Steps
 * "outdir.make", "outdir.open", "outdir.path".
 */
int publish_open_dir(const char *dir, mode_t make, char **ret_path, struct err *e);

/*
 * Free space: -ENOSPC (step "outdir.space", detail with both figures) when fewer than @bytes are
 * left in @dir_fd for a process without privileges. A filesystem that doesn't tell has enough.
 * Step "outdir.stat".
 */
int publish_check_space(int dir_fd, const char *dir, uint64_t bytes, struct err *e);

/*
 * Begins a file. The undo on @outputs takes away whatever has a name by then and is still this
 * file. @dir is absolute. *ret is owned by the scope. Steps "publish.new", "publish.dup",
 * "publish.create", "publish.mode"; "publish.discard" (the undo).
 */
int publish_begin(struct scope *outputs, int dir_fd, const char *dir, const char *name,
	struct publication **ret, struct err *e);

/*
 * Gives the file its name; it never replaces anything (-EEXIST). Flushed to the disk it is not:
 * a toolstack reads it at once. Step "publish.link". Needs /proc.
 */
int publish_link(struct publication *p, struct err *e);

/*
 * The answer that names what was published in @dir under @tag ("kernel.TAG", "ramdisk.TAG") is
 * out: mode 0600. None there is no failure: who has read the answer may have taken them. Step
 * "publish.confirm".
 */
int publish_confirm(const char *dir, const char *tag, struct err *e);

/*
 * Takes away what a killed process published in @dir under @tag ("kernel.TAG", "ramdisk.TAG", and
 * the hidden names): nobody was told of it. None there is no failure. Step "publish.discard".
 */
int publish_retract(const char *dir, const char *tag, struct err *e);

#endif
