/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - staging directories: they appear complete or not at all */
#ifndef DOMU_PUBLISH_STAGE_H
#define DOMU_PUBLISH_STAGE_H

#include <limits.h>
#include <stdbool.h>

#include "base/scope.h"
#include "publish/unfinished.h"

/*
 * A directory that appears once it is complete.
 * It is filled under the name ".NAME.TAG.part" in the target's parent directory. Its creator holds
 * a flock() on it. From stage_publish() until stage_confirm() it contains the marker
 * ".unconfirmed.TAG", which identifies it as unacknowledged.
 */
struct stage {
	struct undo undo;
	int fd;			 /* O_RDONLY; closed by the scope */
	int parent_fd;		 /* closed by the scope */
	char dir[PATH_MAX];	 /* its final path, as spelled */
	char name[NAME_MAX + 1]; /* its last component */
	char part[NAME_MAX + 1];
	char tag[16];
	bool there;	/* exists, under either name */
	bool published; /* has its final name */
};

/*
 * Create a staging directory for @dir. @dir must be missing or an empty directory, and its parent
 * must exist. The undo on @outputs removes the directory with its contents.
 * Errors: -ENOTEMPTY, step "stage.taken", if @dir is not empty; steps "stage.parent", "stage.make",
 * "stage.open"; step "stage.remove" in the undo
 */
int stage_begin(
	struct scope *outputs, const char *dir, const char *tag, struct stage **ret, struct err *e);

/* Remove the directory before its scope does, for another attempt. */
int stage_discard(struct stage *s, struct err *e);

/*
 * Give the directory its final name.
 * Errors: steps "stage.mark", "stage.publish"
 */
int stage_publish(struct stage *s, struct err *e);

/*
 * Finish by name, from a process without the descriptors. Both return 0 if it is absent.
 * stage_confirm() removes the marker, once the result was acknowledged.
 * stage_retract() removes the directory, if it was not.
 * Errors: steps "stage.confirm", "stage.remove"
 */
int stage_confirm(const char *dir, const char *tag, struct err *e);
int stage_retract(const char *dir, const char *tag, struct err *e);

/*
 * Call @found for each directory that killed runs left of @dir, as unfinished_each() does for
 * copies: ours, unlocked, and not touched for a minute.
 * @published: include a directory with its final name and the marker, to which files may have been
 * added since
 * Errors: step "stage.parent"; "stage.remove" in the undo
 */
int stage_each_left(const char *dir, bool published, unfinished_fn found, void *arg, struct err *e);

/* Before a run, remove the staging directories of @dir that killed runs left. Never fails. */
void stage_clear(const char *dir);

#endif
