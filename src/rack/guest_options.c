/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_options - combine the options of one guest with the command's */
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "plan/argv.h"
#include "plan/options.h"
#include "plan/options_parse.h"
#include "rack/rack.h"

/* A guest's own entry wins, in either spelling: entry, or kernel and ramdisk. */
static void take_guest(struct options *o, const struct rack_guest *g)
{
	if (g->kernel || g->entry)
		o->entry = o->kernel = o->ramdisk = NULL;
	o->entry = g->entry ? g->entry : o->entry;
	o->kernel = g->kernel ? g->kernel : o->kernel;
	o->ramdisk = g->ramdisk ? g->ramdisk : o->ramdisk;
	o->root = g->root ? g->root : o->root;
	o->args = g->args ? g->args : o->args;
	o->disks = g->disks ? g->disks : o->disks;
}

static int guest_options_take_disks(struct options *o, const struct rack_guest *g, struct err *e)
{
	if (g->n_disk > OPTIONS_DISKS_MAX) {
		FAIL(e, -E2BIG, "options.count", "%s", g->from);
		return err_detail(e, "%d disks at most", OPTIONS_DISKS_MAX);
	}
	for (size_t i = 0; i < g->n_disk; i++)
		o->disk[i] = g->disk[i];
	o->n_disk = (unsigned int)g->n_disk;
	return 0;
}

static int parse_words(const struct rack_guest *g, struct options *o, struct err *e)
{
	own_free char **argv = calloc(g->n_word + 2, sizeof(*argv));
	struct words words;

	if (!argv)
		return FAIL(e, -ENOMEM, "options.count", "%s", g->from);
	argv[0] = (char *)"domUloader";
	memcpy(argv + 1, g->word, g->n_word * sizeof(*argv));
	words = argv_split((int)g->n_word + 1, argv, options_is_known);
	if (!words.word)
		return FAIL(e, -ENOMEM, "options.count", "%s", g->from);
	return options_parse(&words, o, e);
}

/* A bootloader's configuration does not decide about the output directory or verbosity. */
static int take_words(struct options *o, const struct rack_guest *g, struct err *e)
{
	struct options theirs = *o;
	int r;

	theirs.entry = NULL;
	r = parse_words(g, &theirs, e);
	if (r < 0)
		return r;
	if (theirs.entry)
		o->entry = theirs.entry;
	else if (theirs.kernel != o->kernel)
		o->entry = NULL;
	o->kernel = theirs.kernel;
	o->ramdisk = theirs.ramdisk;
	o->root = theirs.root;
	o->args = theirs.args;
	o->disks = theirs.disks;
	memcpy(o->disk, theirs.disk, sizeof(o->disk));
	o->n_disk = theirs.n_disk;
	o->any_kernel |= theirs.any_kernel;
	return 0;
}

int rack_guest_options(
	const struct options *given, const struct rack_guest *g, struct options *ret, struct err *e)
{
	struct options o = *given;
	int r;

	o.n_positional = 0;
	take_guest(&o, g);
	r = guest_options_take_disks(&o, g, e);
	if (r >= 0 && g->n_word)
		r = take_words(&o, g, e);
	if (r >= 0 && !o.entry && !o.kernel && g->no_entry) {
		r = FAIL(e, -EINVAL, "plan.entry", "%s", g->from);
		err_detail(e, "%s", g->no_entry);
	}
	if (r >= 0)
		*ret = o;
	return r;
}
