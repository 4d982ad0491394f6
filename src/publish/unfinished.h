/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unfinished - unacknowledged copies that killed runs left in their directory */
#ifndef DOMU_PUBLISH_UNFINISHED_H
#define DOMU_PUBLISH_UNFINISHED_H

#include <stdbool.h>

#include "base/scope.h"
#include "publish/tag.h"

/*
 * Called for each such file; @file is its path, for messages; unwinding @s removes it, keeping it
 * leaves it. What @found leaves in @s is undone. Negative: the search ends.
 */
typedef int (*unfinished_fn)(void *arg, struct scope *s, const char *file, struct err *e);

/*
 * Goes through @dir (none there: nothing to do) for files "kernel.XXXXXX" and "ramdisk.XXXXXX" that
 * were not confirmed (publish.h), and ".kernel.XXXXXX.part", ".ramdisk.XXXXXX.part", which only
 * filesystems without O_TMPFILE get: regular, ours, with one link, not touched for a minute, and
 * with a lock that can be had, so that nobody writes them any more. The minute is for a caller that
 * has just read the answer of a run that was killed before it could confirm. Steps
 * "unfinished.list", "unfinished.remove" (the undo).
 */
int unfinished_each(const char *dir, unfinished_fn found, void *arg, struct err *e);

/* One that is called with a counter: removes what was found, and counts that. */
int unfinished_remove(void *arg, struct scope *s, const char *file, struct err *e);

/* Before a run: removes the copies in @dir that killed runs left. Never fails; warns. */
void unfinished_clear(const char *dir);

/* Ours, not touched for a minute, and with a lock that could be had: @fd has it from now on. */
bool unfinished_is_nobodys(int fd);

#endif
