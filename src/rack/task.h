/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task - one guest's files into a directory of its own */
#ifndef DOMU_RACK_TASK_H
#define DOMU_RACK_TASK_H

#include <stdint.h>

#include "plan/options.h"
#include "plan/plan.h"
#include "rack/manifest.h"

/*
 * Runs the main job, as the program itself does (front/front.h), with the copies in @dir: vmlinuz,
 * initrd and MANIFEST.json are there when it returns >= 0. *ret tells what they are, *unclean how
 * many undos failed. Must be called in a process that has no other children. Steps "take.*".
 */
int task_files(const struct options *o, const char *dir, const char *name, struct taken *ret,
	unsigned int *unclean, struct err *e);

/*
 * What task_files() would find, without copying: the answer's text, malloc'ed, with a stamp for
 * each file. The same for a process without children.
 */
int task_look(const struct options *o, char **ret, unsigned int *unclean, struct err *e);

#endif
