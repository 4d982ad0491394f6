/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task - one guest's files into a directory of its own */
#ifndef DOMU_RACK_TASK_H
#define DOMU_RACK_TASK_H

#include "plan/options.h"
#include "rack/pool.h"

/*
 * Runs the main job, as the program itself does (front/front.h), with the copies in @dir: vmlinuz,
 * initrd, with o->modules the modules, and MANIFEST.json are there when it returns >= 0; *ret is
 * that one's text, malloc'ed. *result gets the version, the bytes and how many undos failed. Must
 * be called in a process that has no other children. Steps "task.*", "manifest.*".
 */
int task_files(const struct options *o, const char *dir, const char *name, char **ret,
	struct pool_result *result, struct err *e);

/*
 * What task_files() would find, without copying: the answer's text, malloc'ed, with a stamp for
 * each file. The same for a process without children; *result gets how many undos failed.
 */
int task_look(const struct options *o, char **ret, struct pool_result *result, struct err *e);

#endif
