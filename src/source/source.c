/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - interface to a guest's files: enter a tree, open files, list directories */
#include "source/source.h"

#include <string.h>

#include "disks/find.h"
#include "plan/plan.h"
#include "source/search.h"

static int find_tree(struct guest *g, struct root *ret, struct err *e)
{
	const struct plan *p = g->plan;
	const char *subvol = p->entry.dev ? p->dev_subvol : p->root_subvol;

	if (!p->entry.dev && !p->has_root)
		return search_root(g, ret, e);
	*ret = (struct root){.named = p->entry.dev || p->root_subvol_named};
	memcpy(ret->subvol, subvol, sizeof(ret->subvol));
	ret->named = ret->named && *subvol;
	return find_volume(g, p->entry.dev ? &p->dev : &p->root, &ret->volume, e);
}

int source_enter(struct guest *g, struct err *e)
{
	struct root root;
	int r = find_tree(g, &root, e);

	return r < 0 ? r : g->source->enter(g, g->world, &root, g->plan->entry.dev, e);
}

int source_look_into(
	struct guest *g, const struct root *root, source_look_fn look, void *arg, struct err *e)
{
	SCOPE(tree);
	struct err why = {0};
	int r = g->source->enter(g, &tree, root, false, e);

	if (r >= 0)
		r = look(g, arg, e);
	scope_unwind(&tree, &why);
	g->source->leave(g);
	if (!why.code || r < 0)
		return r;
	*e = why;
	return why.code;
}
