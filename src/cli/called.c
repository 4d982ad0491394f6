/* SPDX-License-Identifier: GPL-2.0-or-later */
/* called - argv[0] compatibility: behave as pygrub or eliloader, for xenopsd */
#include "cli/called.h"

#include <string.h>

#define PYGRUB_DIR     "/var/run/xen/pygrub"
#define PYTHON_SAYS_SO "RuntimeError: "

static const struct called names[] = {
	{"pygrub", PYGRUB_DIR, NULL, PYTHON_SAYS_SO},
	{"eliloader", PYGRUB_DIR, "simple", PYTHON_SAYS_SO},
};

const struct called *called_by(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
	const char *name = slash ? slash + 1 : argv0;

	for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, name))
			return &names[i];
	return NULL;
}

void called_options(const struct called *called, struct options *o)
{
	if (!called)
		return;
	o->output_directory = NULL;
	o->tmpdir = called->tmpdir;
	o->tmpdir_mode = 0700;
	if (called->output_format)
		o->output_format = called->output_format;
}
