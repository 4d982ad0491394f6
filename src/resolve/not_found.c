/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - suggest what a path that does not exist should be */
#include "resolve/not_found.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/openin.h"
#include "syntax/entry_meant.h"

static bool not_found_is_there(int tree_fd, const char *guest_path)
{
	own_fd int fd = openin(tree_fd, guest_path, O_PATH, NULL, NULL);

	return fd >= 0;
}

/*
 * If the filesystem is the guest's /boot: "/vmlinuz" for "/boot/vmlinuz". NULL if no suffix of the
 * path exists.
 */
static const char *without_mount_point(int tree_fd, const char *guest_path)
{
	const char *rest = strchr(guest_path + 1, '/');

	while (rest && !not_found_is_there(tree_fd, rest))
		rest = strchr(rest + 1, '/');
	return rest;
}

/* Mistakes that are visible in the path itself. */
static void explain_spelling(const char *guest_path, struct err *e)
{
	size_t device = entry_meant_device(guest_path), len = strlen(guest_path);
	char guest_device[PATH_MAX];

	if (e->code == -ENOTDIR && len > 1 && guest_path[len - 1] == '/')
		err_more(e, "omit the '/' at the end");
	snprintf(guest_device, sizeof(guest_device), "%.*s", (int)device, guest_path);
	if (device)
		err_more(e, "is the ':' missing after %s?", QUOTE(guest_device));
	if (strpbrk(guest_path, "*?"))
		err_more(e, "'%c' is not expanded: specify one file, or a symlink to it",
			*strpbrk(guest_path, "*?"));
	if (strstr(guest_path, " /"))
		err_more(e, "use ',' between kernel and initrd");
}

void not_found_explain(int tree_fd, bool is_part, const char *guest_path, struct err *e)
{
	const char *rest;

	if (e->code != -ENOENT && e->code != -ENOTDIR)
		return;
	explain_spelling(guest_path, e);
	if (!is_part || e->code != -ENOENT)
		return;
	rest = without_mount_point(tree_fd, guest_path);
	if (rest)
		err_more(e, "paths start at the root of the entry's filesystem: there it is %s",
			QUOTE(rest));
}
