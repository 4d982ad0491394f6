/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unfinished - unacknowledged copies that killed runs left */
#ifndef DOMU_PUBLISH_UNFINISHED_H
#define DOMU_PUBLISH_UNFINISHED_H

#include <stdbool.h>

#include "base/scope.h"
#include "publish/tag.h"

/*
 * Called for each such file. Unwind @s to remove it, or keep @s to leave it; what remains on @s is
 * undone.
 * @file: its path, for messages
 * Returns: a negative errno to stop the search
 */
typedef int (*unfinished_fn)(void *arg, struct scope *s, const char *file, struct err *e);

/*
 * Call @found for each unacknowledged copy in @dir. Returns 0 if @dir is absent.
 * These are unconfirmed files "kernel.TAG" and "ramdisk.TAG" (publish.h), and hidden
 * ".kernel.TAG.part" and ".ramdisk.TAG.part", which only filesystems without O_TMPFILE have. They
 * must be regular, ours, with one link, unlocked and not touched for a minute. The minute is for a
 * caller that has just read the result of a run that was killed before it could confirm.
 * Errors: step "unfinished.list"; "unfinished.remove" in the undo
 */
int unfinished_each(const char *dir, unfinished_fn found, void *arg, struct err *e);

/* An unfinished_fn that removes the file and counts it in *@arg, an unsigned int. */
int unfinished_remove(void *arg, struct scope *s, const char *file, struct err *e);

/* Before a run, remove the copies that killed runs left in @dir. Never fails, but warns. */
void unfinished_clear(const char *dir);

/*
 * Whether a file is ours, not touched for a minute, and not locked. If so, @fd now holds the lock.
 */
bool unfinished_is_nobodys(int fd);

#endif
