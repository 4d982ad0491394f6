/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store - the output directory: a subdirectory per guest, complete or absent */
#ifndef DOMU_RACK_STORE_H
#define DOMU_RACK_STORE_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"

/*
 * DIR/NAME is a guest's directory, or, if versions are kept, a symlink to DIR/.versions/NAME/N. The
 * staging directory is DIR/.domUloader.NAME.
 */
struct store {
	char *path; /* absolute */
	int dir_fd; /* locked, unless opened without lock */
};

/*
 * Open the directory.
 * @lock: create it if missing (its parent must exist), exclude other runs, and remove staging
 * directories that killed runs left. The lock lives as long as any process has the descriptor.
 * Errors: steps "outdir.*", "store.lock", "store.sweep"
 */
int store_open(const char *dir, bool lock, struct store *ret, struct err *e);
void store_close(struct store *s);

/* Whether the guest has a complete directory. */
bool store_has(const struct store *s, const char *name);

/*
 * Create the guest's empty staging directory, or remove it.
 * @to: its absolute path
 * Errors: steps "store.stage", "remove.tree"
 */
int store_stage(const struct store *s, const char *name, char to[PATH_MAX], struct err *e);
int store_unstage(const struct store *s, const char *name, struct err *e);

/*
 * Replace the guest's directory by the staging directory, and remove the old one. This is atomic if
 * the filesystem has RENAME_EXCHANGE (renameat2(2)).
 * Errors: step "store.publish"
 */
int store_publish(const struct store *s, const char *name, struct err *e);

/*
 * Make the staging directory the next version of @name: fsync it, point the symlink to it
 * atomically, and remove all but the last @keep versions. A directory made by store_publish() is
 * replaced.
 * @keep: 1 to OPTIONS_KEEP_MAX
 * Errors: steps "store.version", "store.versions", "store.sync", "store.link", "store.prune"
 */
int store_publish_version(
	const struct store *s, const char *name, unsigned int keep, struct err *e);

#endif
