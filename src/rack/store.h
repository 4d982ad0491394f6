/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store - a directory of the host with a directory for each guest: whole ones or none */
#ifndef DOMU_RACK_STORE_H
#define DOMU_RACK_STORE_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"

#define STORE_KEEP_MAX 1000 /* versions */

/*
 * DIR/NAME is a guest's directory; or, where versions are kept, a symbolic link to
 * DIR/.versions/NAME/N, which is one. What is being made is DIR/.domUloader.NAME.
 */
struct store {
	char *path; /* absolute */
	int dir_fd; /* locked, unless it is only looked at */
};

/*
 * Opens it, made when it is missing (one level); with @lock nobody else works on it then, and what
 * a killed run was making is removed. The lock is the descriptor's: it lives as long as any process
 * that has it. Steps "outdir.*", "store.lock", "store.sweep".
 */
int store_open(const char *dir, bool lock, struct store *ret, struct err *e);
void store_close(struct store *s);

/* Whether the guest has all that a run makes. */
bool store_has(const struct store *s, const char *name);

/*
 * An empty directory to make the guest's things in; its absolute path in @to. Step "store.stage".
 */
int store_stage(const struct store *s, const char *name, char to[PATH_MAX], struct err *e);
int store_unstage(const struct store *s, const char *name, struct err *e);

/*
 * Puts what was made there in the place of what the guest has, in one step where the filesystem can
 * do that (RENAME_EXCHANGE), and removes the old. Step "store.publish".
 */
int store_publish(const struct store *s, const char *name, struct err *e);

/*
 * Makes what was made there the next version of @name, points the link to it in one step, and
 * removes versions but for the last @keep (1 to STORE_KEEP_MAX); a directory that store_publish()
 * made gives way. All is on the disk before the link is. Steps
 * "store.version", "store.sync", "store.link", "store.prune".
 */
int store_publish_version(
	const struct store *s, const char *name, unsigned int keep, struct err *e);

#endif
