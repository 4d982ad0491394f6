/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - where a guest's files come from: the one interface of those who resolve, list and open
 */
#ifndef DOMU_SOURCE_SOURCE_H
#define DOMU_SOURCE_SOURCE_H

#include <limits.h>
#include <sys/types.h>

#include "copy/copy_request.h"
#include "disks/root.h"
#include "guest/fstab.h"

/* An open file of the guest's. What only the source knows of it is in @on. */
struct source_file {
	int fd;			      /* O_RDONLY; the caller's, closed before the tree is left */
	uint64_t size;		      /* bytes */
	char guest_path[PATH_MAX];    /* canonical */
	char volume[VOLUME_NAME_MAX]; /* "xvda2" */
	char fstype[32];
	char guest_uuid[64]; /* of the filesystem */
	enum journal journal;
	const void *on;
};

/* What a directory holds, as lstat(2) and readlink(2) tell it. */
struct source_entry {
	const char *name;
	mode_t mode;
	const char *guest_target; /* of a symlink; else NULL */
	bool elsewhere;		  /* on another filesystem than the directory */
};

/* How a path is meant. */
enum source_way {
	SOURCE_FOLLOW, /* as the guest does: symlinks and the fstab are followed */
	SOURCE_LISTED, /* as list() gave it: it leads through nothing else */
};

/* What is wanted of a directory. */
struct source_listing {
	bool (*wants)(const char *guest_name); /* NULL: all names */
	size_t max;			       /* how many are read at the most */
	bool details;			       /* mode, target and elsewhere, too */
	int (*each)(const struct source_entry *entry, void *arg, struct err *e); /* by name */
	void *arg;
};

/*
 * A vtable, as a mapper is. One tree is entered at a time; start() comes first, and all that a
 * source makes in the world goes on @g's scope.
 */
struct source {
	const char *name;
	int (*start)(struct guest *g, struct err *e);

	/*
	 * Makes @root's tree the one that the others work on. @alone: it is the one filesystem that
	 * the entry names, whose fstab says nothing of the rest. With @s for what leave() cannot
	 * undo.
	 */
	int (*enter)(struct guest *g, struct scope *s, const struct root *root, bool alone,
		struct err *e);
	void (*leave)(struct guest *g);

	/*
	 * A regular file; with SOURCE_FOLLOW one that is not empty. Steps "resolve.*", "openin.*".
	 */
	int (*open)(struct guest *g, const char *guest_path, enum source_way way,
		struct source_file *ret, struct err *e);

	/*
	 * A directory, whose canonical path is put into @ret_path[PATH_MAX]. Where @what is NULL,
	 * only that it is there is of interest. Names beyond @what's maximum are not given, and
	 * the result is 1 then.
	 */
	int (*list)(struct guest *g, const char *guest_dir, enum source_way way,
		const struct source_listing *what, char *ret_path, struct err *e);

	/*
	 * Where the file's bytes lie in an image, for a copy past the filesystem; @ret's extents_fd
	 * is the caller's. False where they can't be read there.
	 */
	bool (*image)(struct guest *g, const struct source_file *f, struct copy_image *ret);

	/* The entered tree's fstab, and whether that volume has been reached in it. */
	const struct fstab *(*fstab)(const struct guest *g);
	bool (*reached)(const struct guest *g, const char *volume);

	/*
	 * Adds to *to what holds an /etc/fstab on that volume, as far as there is room. Fails where
	 * the volume can't be read. NULL: no disks.
	 */
	int (*roots)(struct guest *g, const struct volume *v, struct roots *to, struct err *e);
};

/* This host's own kernel. */
extern const struct source source_hostfs;

/*
 * The guest's root: with --root or a root= that is it; without, it is the one filesystem among the
 * disks that holds an /etc/fstab. And the filesystem that the entry names, which has one.
 */
int source_root(struct guest *g, struct root *ret, struct err *e);
int source_part(struct guest *g, struct root *ret, struct err *e);

/*
 * Enters the tree that the plan means: the filesystem that the entry names, or the guest's root.
 */
int source_enter(struct guest *g, struct err *e);

/*
 * Has @look see another root's tree, for as long as it runs, also in the middle of a run that has
 * entered none yet. What it returns is returned.
 */
typedef int (*source_look_fn)(struct guest *g, void *arg, struct err *e);
int source_look_into(
	struct guest *g, const struct root *root, source_look_fn look, void *arg, struct err *e);

#endif
