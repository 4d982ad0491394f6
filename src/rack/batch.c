/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch - the command batch: extract the files of many guests */
#include "base/own.h"
#include "rack/rack.h"
#include "rack/task.h"

static int task(const struct rack *k, const struct rack_guest *g, const struct options *o,
	struct pool_result *result, struct err *e)
{
	own_free char *manifest = NULL;
	char dir[PATH_MAX];
	int r = store_stage(&k->store, g->name, dir, e);

	if (r >= 0)
		r = task_files(o, dir, g->name, &manifest, result, e);
	if (r >= 0)
		r = store_publish(&k->store, g->name, e);
	if (r < 0)
		store_unstage(&k->store, g->name, NULL);
	return r < 0 ? r : GUEST_DONE;
}

/* A directory with its final name is complete. */
static bool batch_is_there(const struct rack *k, const struct rack_guest *g)
{
	return store_has(&k->store, g->name);
}

int rack_batch(const struct options *given, struct err *e)
{
	return rack_all(given, true, task, given->resume ? batch_is_there : NULL, e);
}
