/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer - temporary writable copy of a device, in which the kernel can replay a journal */
#include "map/layer.h"

#include "base/array.h"
#include "base/log.h"
#include "base/step.h"
#include "base/text.h"

/* In the order of preference. */
static const struct layer *const layers[] = {&layer_snapshot, &layer_fuse};

const struct layer *layer_choose(const char *subject, struct err *e)
{
	char all[512] = "";

	for (size_t i = 0; i < COUNT(layers); i++) {
		char why[200] = "";

		if (layers[i]->usable(why, sizeof(why))) {
			log_verbose("replay: %s", layers[i]->help);
			return layers[i];
		}
		text_list(all, sizeof(all), "; ", "%s: %s", layers[i]->name, why);
	}
	FAIL(e, -EOPNOTSUPP, "layer.none", "%s", subject);
	err_detail(e, "%s", all);
	return NULL;
}
