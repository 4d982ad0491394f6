/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task - run the main job for one guest of many */
#ifndef DOMU_RACK_TASK_H
#define DOMU_RACK_TASK_H

#include "plan/options.h"
#include "rack/pool.h"

/*
 * Run the main job (front/front.h) with the copies in @dir. On success @dir contains vmlinuz,
 * initrd, MANIFEST.json and, with o->modules, the modules. The calling process must have no other
 * children.
 * @ret: the manifest's text, malloc'ed
 * @result: gets version, bytes and the number of failed undos
 * Errors: steps "task.*", "manifest.*", those of the main job
 */
int task_files(const struct options *o, const char *dir, const char *name, char **ret,
	struct pool_result *result, struct err *e);

/*
 * Do the same without copying.
 * @ret: the JSON result, malloc'ed, with a stamp for each file
 * @result: gets the number of failed undos
 */
int task_look(const struct options *o, char **ret, struct pool_result *result, struct err *e);

#endif
