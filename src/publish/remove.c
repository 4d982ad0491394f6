/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remove - remove a directory tree */
#include "publish/remove.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"

static int remove_at(int dir_fd, const char *name, dev_t dev, unsigned int depth);

static int remove_directory(int dir_fd, const char *name, dev_t dev, unsigned int depth)
{
	own_dir DIR *d = fd_open_dir(dir_fd, name);
	struct dirent *entry;
	struct stat st;
	int r = 0;

	if (!d || fstat(dirfd(d), &st) < 0)
		return -errno;
	if (st.st_dev != dev)
		return -EXDEV;
	if (depth >= TREE_DEPTH_MAX)
		return -ELOOP;
	while (r >= 0 && (entry = readdir(d)))
		if (!text_is_dots(entry->d_name))
			r = remove_at(dirfd(d), entry->d_name, dev, depth + 1);
	if (r >= 0 && unlinkat(dir_fd, name, AT_REMOVEDIR) < 0)
		r = -errno;
	return r;
}

static int remove_at(int dir_fd, const char *name, dev_t dev, unsigned int depth)
{
	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	return remove_directory(dir_fd, name, dev, depth);
}

int remove_tree(int dir_fd, const char *name, struct err *e)
{
	struct stat st;

	return STEP_OURS(e, "remove.tree", QUOTE(name),
		fstat(dir_fd, &st) < 0 ? -errno : remove_at(dir_fd, name, st.st_dev, 0));
}
