/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - the first names in a directory, for a message */
#include "sys/listing.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"

#define NAMES_MAX   12	  /* how many are told */
#define ENTRIES_MAX 20000 /* how much of a huge directory is looked at for that */

struct listing {
	unsigned int n;
	bool more;
	char guest_name[NAMES_MAX][NAME_MAX + 1]; /* the first in order, sorted */
};

static void listing_add(struct listing *l, const char *guest_name)
{
	unsigned int i = l->n;

	if (l->n == NAMES_MAX) {
		l->more = true;
		if (strcmp(guest_name, l->guest_name[--i]) >= 0)
			return;
	} else {
		l->n++;
	}
	for (; i > 0 && strcmp(guest_name, l->guest_name[i - 1]) < 0; i--)
		memcpy(l->guest_name[i], l->guest_name[i - 1], sizeof(l->guest_name[i]));
	snprintf(l->guest_name[i], sizeof(l->guest_name[i]), "%s", guest_name);
}

/* Returns false where the directory can't be read: then an error goes without the list. */
static bool listing_read(struct listing *l, int path_fd)
{
	own_fd int fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir)
		return false;
	TAKE_FD(fd); /* the stream's now */
	for (unsigned int i = 0; i < ENTRIES_MAX && (d = readdir(dir)); i++)
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			listing_add(l, d->d_name);
	return true;
}

static void listing_print(const struct listing *l, char *to, size_t size)
{
	static const char more[] = ", ...";
	size_t len = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		const char *quoted = QUOTE(l->guest_name[i]);

		if (len + 2 + strlen(quoted) + sizeof(more) > size) {
			memcpy(to + len, more, sizeof(more));
			return;
		}
		len += (size_t)snprintf(to + len, size - len, "%s%s", i ? ", " : "", quoted);
	}
	if (l->more)
		memcpy(to + len, more, sizeof(more));
}

int listing_of(int path_fd, char *to, size_t size)
{
	struct listing l = {0};

	to[0] = '\0';
	if (!listing_read(&l, path_fd))
		return -1;
	listing_print(&l, to, size);
	return (int)l.n;
}
