/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emitter - the result's formats for a toolstack */
#include "answer/emitter.h"

#include <string.h>

static const struct emitter *const emitters[] = {
	&answer_sxp, &answer_simple, &answer_simple0, &answer_json};

const struct emitter *emitter_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(emitters) / sizeof(emitters[0]); i++)
		if (!strcmp(emitters[i]->name, name))
			return emitters[i];
	return NULL;
}

const char *emitter_names(void)
{
	return "sxp, simple, simple0, json";
}
