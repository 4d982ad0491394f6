/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - a directory that appears when it is finished, with all that is in it, or not at all */
#ifndef DOMU_PUBLISH_STAGE_H
#define DOMU_PUBLISH_STAGE_H

#include <limits.h>
#include <stdbool.h>

#include "base/scope.h"
#include "publish/unfinished.h"

/*
 * It is filled as ".NAME.TAG.part" beside the place where it will be, and locked (flock) as long as
 * its maker lives. From stage_publish() to stage_confirm() it holds the file ".unconfirmed.TAG":
 * who is told that nobody heard of it knows it by that.
 */
struct stage {
	struct undo undo;
	int fd;			 /* O_RDONLY; the record's */
	int parent_fd;		 /* the record's */
	char dir[PATH_MAX];	 /* where it will be, as it was spelled */
	char name[NAME_MAX + 1]; /* its last component */
	char part[NAME_MAX + 1];
	char tag[16];
	bool there;	/* on the disk, under the one name or the other */
	bool published; /* under its own */
};

/*
 * Begins one that is to be @dir: not there yet, or an empty directory (-ENOTEMPTY, step
 * "stage.taken"); what it lies in must be there. The undo on @outputs removes it and all that is in
 * it. Steps "stage.new", "stage.parent", "stage.make", "stage.open"; "stage.remove" (the undo).
 */
int stage_begin(
	struct scope *outputs, const char *dir, const char *tag, struct stage **ret, struct err *e);

/* Removes it before its scope does, for another try. */
int stage_discard(struct stage *s, struct err *e);

/* Gives it its name. Steps "stage.mark", "stage.publish". */
int stage_publish(struct stage *s, struct err *e);

/*
 * From a process that has nothing but the names: it is known to be there, and the mark goes; or
 * nobody was told, and it goes. What isn't there is no failure. Steps "stage.confirm",
 * "stage.remove".
 */
int stage_confirm(const char *dir, const char *tag, struct err *e);
int stage_retract(const char *dir, const char *tag, struct err *e);

/*
 * Has @found see what killed runs left of @dir, as unfinished_each() does with copies: what has its
 * other name; with @published also what has its own and the mark, to which somebody may have added
 * files by now. Ours, nobody's lock, untouched for a minute. Steps "stage.parent", "stage.remove"
 * (the undo).
 */
int stage_each_left(const char *dir, bool published, unfinished_fn found, void *arg, struct err *e);

/* Before a run: the same of directories that extractions into @dir left. Never fails. */
void stage_clear(const char *dir);

#endif
