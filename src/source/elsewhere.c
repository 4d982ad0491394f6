/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elsewhere - find the entry or root that has files that were not found */
#include "source/elsewhere.h"

#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "disks/find.h"
#include "source/search.h"
#include "source/source.h"

#define BOOT "/boot"

bool elsewhere_may_help(const struct plan *p, const struct err *e)
{
	return p->entry.kernel && e->code == -ENOENT && !strcmp(e->step, "openin.walk");
}

static int elsewhere_open(struct guest *g, const char *dir, const char *path, struct err *e)
{
	char whole[sizeof(BOOT) + PATH_MAX];
	struct source_file f;
	int r;

	snprintf(whole, sizeof(whole), "%s%s", dir, path);
	r = g->source->open(g, whole, SOURCE_FOLLOW, &f, e);
	if (r >= 0)
		close(f.fd);
	return r;
}

static int elsewhere_open_all(struct guest *g, void *arg, struct err *e)
{
	const struct entry *entry = &g->plan->entry;
	const char *dir = arg;
	int r = elsewhere_open(g, dir, entry->kernel, e);

	for (unsigned int i = 0; r >= 0 && i < entry->n_initrds; i++)
		r = elsewhere_open(g, dir, entry->initrd[i], e);
	return r;
}

/* Whether the files exist below @dir ("" for "/") in the tree of @root, following its fstab. */
static bool elsewhere_holds(struct guest *g, const struct root *root, char *dir)
{
	struct err ignored = {0};

	return source_look_into(g, root, elsewhere_open_all, dir, &ignored) >= 0;
}

/* For "xvda1:/vmlinuz,/initrd.img" if a file is elsewhere in the guest's tree. */
static void explain_device(struct guest *g, struct err *e)
{
	const struct entry *entry = &g->plan->entry;
	struct err ignored = {0};
	struct root root;
	char prefix[VOLUME_NAME_MAX + 2], top[] = "";

	snprintf(prefix, sizeof(prefix), "%s:", entry->dev);
	if (source_root(g, &root, &ignored) >= 0 && elsewhere_holds(g, &root, top))
		err_more(e, "the guest's root has the files: omit %s from --entry", QUOTE(prefix));
	else if (source_part(g, &root, &ignored) >= 0 && elsewhere_holds(g, &root, top))
		err_more(e,
			"the guest's root has the files: omit %s from --entry, and use --root=%s",
			QUOTE(prefix), QUOTE(entry->dev));
}

/* For --root=xvda1 if that is the guest's /boot. */
static bool explain_root(struct guest *g, const struct root *named, struct err *e)
{
	struct err ignored = {0};
	struct root root;
	char text[VOLUME_NAME_MAX + SUBVOL_MAX], top[] = "";

	if (search_root(g, &root, &ignored) < 0 || volume_is_same(&root.volume, &named->volume) ||
		!elsewhere_holds(g, &root, top))
		return false;
	root_text(&root, text, sizeof(text));
	err_more(e, "%s has no " FSTAB_PATH "; the root looks like %s: use that for --root=",
		named->volume.name, QUOTE(text));
	return true;
}

void elsewhere_explain(struct guest *g, struct err *e)
{
	const struct plan *p = g->plan;
	struct err ignored = {0};
	struct root root;
	char boot[] = BOOT, kernel[sizeof(BOOT) + PATH_MAX];

	if (p->entry.dev) {
		explain_device(g, e);
		return;
	}
	if (source_root(g, &root, &ignored) < 0 || (p->has_root && explain_root(g, &root, e)))
		return;
	if (!elsewhere_holds(g, &root, boot))
		return;
	snprintf(kernel, sizeof(kernel), BOOT "%s", p->entry.kernel);
	err_more(e, "did you mean %s?", QUOTE(kernel));
}
