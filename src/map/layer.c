/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer - the list of copy-on-write layers */
#include "map/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/step.h"

/* In the order in which they are tried. */
static const struct layer *const layers[] = {&layer_snapshot, &layer_fuse};

const struct layer *layer_choose(const char *subject, struct err *e)
{
	char all[512] = "";

	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
		char why[200] = "";
		size_t len = strlen(all);

		if (layers[i]->usable(why, sizeof(why))) {
			log_verbose("replay: %s", layers[i]->help);
			return layers[i];
		}
		snprintf(all + len, sizeof(all) - len, "%s%s: %s", len ? "; " : "", layers[i]->name,
			why);
	}
	FAIL(e, -EOPNOTSUPP, "layer.none", "%s", subject);
	err_detail(e, "%s", all);
	return NULL;
}
