/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - interface to a guest's files: enter a tree, open files, list directories */
#ifndef DOMU_SOURCE_SOURCE_H
#define DOMU_SOURCE_SOURCE_H

#include <limits.h>
#include <sys/types.h>

#include "copy/copy_request.h"
#include "disks/root.h"
#include "guest/fstab.h"

/* An open file of the guest. @on is the source's private data. */
struct source_file {
	int fd;	       /* O_RDONLY; owned by the caller, closed before the tree is left */
	uint64_t size; /* bytes */
	char guest_path[PATH_MAX];    /* canonical */
	char volume[VOLUME_NAME_MAX]; /* "xvda2" */
	char fstype[32];
	char guest_uuid[64]; /* of the filesystem */
	enum journal journal;
	const void *on;
};

/* A directory entry, as lstat(2) and readlink(2) report it. */
struct source_entry {
	const char *name;
	mode_t mode;
	const char *guest_target; /* of a symlink; else NULL */
	bool elsewhere;		  /* on another filesystem than the directory */
};

/* How to follow a path. */
enum source_way {
	SOURCE_FOLLOW, /* as the guest would: follow symlinks and the fstab */
	SOURCE_LISTED, /* as list() returned it: canonical, nothing to follow */
};

/* What list() returns of a directory. */
struct source_listing {
	bool (*wants)(const char *guest_name); /* NULL: all names */
	size_t max;			       /* read at most this many names */
	bool details;			       /* also fill mode, target and elsewhere */
	int (*each)(const struct source_entry *entry, void *arg, struct err *e); /* sorted */
	void *arg;
};

/*
 * A way to read a guest's files: a vtable, like struct mapper. start() is called first. One tree is
 * entered at a time. What a source mounts or opens is undone by a scope: g->world, or the one
 * passed to enter().
 */
struct source {
	const char *name;
	int (*start)(struct guest *g, struct err *e);

	/*
	 * Enter the tree of @root, on which the other members then work.
	 * @s: gets the undo of what leave() cannot undo
	 * @alone: the tree is only the filesystem that the entry names, whose fstab is ignored
	 */
	int (*enter)(struct guest *g, struct scope *s, const struct root *root, bool alone,
		struct err *e);
	void (*leave)(struct guest *g);

	/*
	 * Open a regular file.
	 * Errors: -ENODATA, step "resolve.empty", if it is empty and @way is SOURCE_FOLLOW; steps
	 * "openin.*" and those of the source
	 */
	int (*open)(struct guest *g, const char *guest_path, enum source_way way,
		struct source_file *ret, struct err *e);

	/*
	 * List a directory.
	 * @what: NULL: only check that the directory exists
	 * @ret_path: its canonical path; PATH_MAX bytes
	 * Returns: 0, or 1 if there were more names than what->max
	 */
	int (*list)(struct guest *g, const char *guest_dir, enum source_way way,
		const struct source_listing *what, char *ret_path, struct err *e);

	/*
	 * Locate the file's data in the disk image, so that it can be copied without the
	 * filesystem.
	 * @ret: its extents_fd is owned by the caller
	 * Returns: false if the data cannot be read from the image
	 */
	bool (*image)(struct guest *g, const struct source_file *f, struct copy_image *ret);

	/* The fstab of the entered tree, and whether @volume is mounted in it. */
	const struct fstab *(*fstab)(const struct guest *g);
	bool (*reached)(const struct guest *g, const char *volume);

	/*
	 * Add the roots on volume @v to *to, as far as there is room: filesystems or subvolumes
	 * with an /etc/fstab. Fails if the volume cannot be read. NULL: the source has no disks.
	 */
	int (*roots)(struct guest *g, const struct volume *v, struct roots *to, struct err *e);
};

/* Reads with this host's kernel. */
extern const struct source source_hostfs;

/*
 * The guest's root: the one of --root or root=; without them, the only filesystem on the disks that
 * has an /etc/fstab. Or the filesystem that the entry names.
 */
int source_root(struct guest *g, struct root *ret, struct err *e);
int source_part(struct guest *g, struct root *ret, struct err *e);

/* Enter the plan's tree: the filesystem that the entry names, or the guest's root. */
int source_enter(struct guest *g, struct err *e);

/*
 * Run @look in the tree of @root, and leave the tree afterwards. No other tree may be entered.
 * Returns: the result of @look
 */
typedef int (*source_look_fn)(struct guest *g, void *arg, struct err *e);
int source_look_into(
	struct guest *g, const struct root *root, source_look_fn look, void *arg, struct err *e);

#endif
