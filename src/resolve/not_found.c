/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - explain why a path is missing on the filesystem that the entry names */
#include "resolve/not_found.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/listing.h"
#include "fs/openin.h"

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

static int note_empty(void *arg, const char *guest_dir, int dir_fd, struct err *e)
{
	bool *empty = arg;
	struct listing any = {0};

	(void)guest_dir;
	(void)e;
	*empty = listing_all(dir_fd, 0, &any) == 0 && any.n == 0;
	listing_done(&any);
	return 0;
}

/*
 * On a root filesystem, a symlink may lead to a mount point of another filesystem, which is empty
 * here.
 */
static bool ends_in_empty_directory(int tree_fd, const char *guest_path)
{
	char guest_end[PATH_MAX];
	bool empty = false;

	openin_walk(tree_fd, guest_path, note_empty, &empty, guest_end, sizeof(guest_end), NULL);
	return empty;
}

void not_found_explain(int tree_fd, const char *guest_path, struct err *e)
{
	const char *rest;

	if (e->code != -ENOENT)
		return;
	rest = without_mount_point(tree_fd, guest_path);
	if (rest)
		err_more(e, "paths begin at the filesystem that the entry names: it is %s there",
			QUOTE(rest));
	else if (ends_in_empty_directory(tree_fd, guest_path))
		err_more(e,
			"if the guest mounts another filesystem there, name that one, or leave the "
			"device in the entry away: then its fstab is followed");
}
