/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - interface to a guest's files: enter a tree, open files, list directories */
#include "source/source.h"

#include <string.h>

#include "disks/find.h"
#include "plan/plan.h"
#include "source/search.h"

int source_root(struct guest *g, struct root *ret, struct err *e)
{
	const struct plan *p = g->plan;

	if (!p->has_root)
		return search_root(g, ret, e);
	*ret = (struct root){.named = p->root_subvol_named};
	memcpy(ret->subvol, p->root_subvol, sizeof(ret->subvol));
	return find_volume(g, &p->root, &ret->volume, e);
}

int source_part(struct guest *g, struct root *ret, struct err *e)
{
	const struct plan *p = g->plan;

	*ret = (struct root){.named = p->dev_subvol[0]};
	memcpy(ret->subvol, p->dev_subvol, sizeof(ret->subvol));
	return find_volume(g, &p->dev, &ret->volume, e);
}

int source_enter(struct guest *g, struct err *e)
{
	struct root root;
	int r = g->plan->entry.dev ? source_part(g, &root, e) : source_root(g, &root, e);

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
