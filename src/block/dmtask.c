/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dmtask - libdevmapper's tasks and error messages */
#include "block/dmtask.h"

#include <errno.h>
#include <libdevmapper.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "base/quote.h"

#define DM_LOG_LEVEL 7 /* the rest of a log level is flags */

/* Errors of libdevmapper are only known from its log. */
static char last_words[256];

__attribute__((format(printf, 5, 6))) static void remember(
	int level, const char *file, int line, int dm_errno, const char *fmt, ...)
{
	va_list ap;

	(void)file;
	(void)line;
	(void)dm_errno;
	if ((level & DM_LOG_LEVEL) > LOG_ERR)
		return;
	va_start(ap, fmt);
	vsnprintf(last_words, sizeof(last_words), fmt, ap);
	va_end(ap);
	quote_flatten(last_words);
}

void dmtask_begin(void)
{
	dm_log_with_errno_init(remember);
	dm_udev_set_sync_support(0); /* waiting hangs without udevd; nodes are opened by number */
	last_words[0] = '\0';
}

void dmtask_destroy_(struct dm_task **dmt)
{
	if (*dmt)
		dm_task_destroy(*dmt);
}

/* dm_task_run() returns 1 or 0; its errno is stored in the task */
int dmtask_run(struct dm_task *dmt)
{
	if (dm_task_run(dmt))
		return 0;
	return -(dm_task_get_errno(dmt) ? dm_task_get_errno(dmt) : EIO);
}

struct dm_task *dmtask_new(int type, const char *name)
{
	struct dm_task *dmt;

	dmtask_begin();
	dmt = dm_task_create(type);
	if (dmt && name && !dm_task_set_name(dmt, name)) {
		dm_task_destroy(dmt);
		dmt = NULL;
	}
	return dmt;
}

int dmtask_each_map(int (*each)(void *arg, const char *name), void *arg)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_LIST, NULL);
	struct dm_names *names;
	int r = dmt ? dmtask_run(dmt) : -ENOMEM;

	if (r < 0)
		return r;
	names = dm_task_get_names(dmt);
	if (!names || !names->dev)
		return 0;
	for (uint32_t next = 0;; next = names->next) {
		names = (struct dm_names *)((char *)names + next);
		r = each(arg, names->name);
		if (r < 0 || !names->next)
			return r;
	}
}

const char *dmtask_words(void)
{
	return last_words;
}
