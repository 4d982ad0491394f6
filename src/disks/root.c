/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root - a candidate for the guest's root filesystem: a volume and a subvolume */
#include "disks/root.h"

#include <stdio.h>
#include <string.h>

void roots_add(struct roots *to, const struct volume *v, const char *guest_subvol)
{
	struct root *root;

	if (to->n == ROOTS_MAX)
		return;
	root = &to->root[to->n++];
	*root = (struct root){.volume = *v};
	subvol_of_name(guest_subvol, root->subvol, sizeof(root->subvol));
}

const char *root_subvolume(const struct root *root)
{
	const char *equals = strchr(root->subvol, '=');

	return equals ? equals + 1 : root->subvol;
}

void root_text(const struct root *root, char *to, size_t size)
{
	snprintf(to, size, "%s%s%s%s", root->volume.name, root->subvol[0] ? "[" : "",
		root_subvolume(root), root->subvol[0] ? "]" : "");
}
