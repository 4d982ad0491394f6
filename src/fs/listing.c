/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - the first names in a directory: of all for a message, or of those that are wanted */
#include "fs/listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/near.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/text.h"

#define NAMES_MAX   12	  /* how many are told */
#define ENTRIES_MAX 20000 /* how much of a huge directory is looked at for that */

struct first {
	listing_wanted_fn wanted; /* NULL: all */
	const char *meant;	  /* NULL: nobody asks which is the nearest */
	unsigned int n, max;
	bool more;
	char (*guest_name)[NAME_MAX + 1]; /* the first in order, sorted */
	unsigned int distance;		  /* of the nearest */
	char guest_nearest[NAME_MAX + 1];
};

static void listing_add(struct first *l, const char *guest_name)
{
	unsigned int i = l->n;

	if (l->n == l->max) {
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

static void listing_consider(struct first *l, int path_fd, const char *guest_name)
{
	unsigned int distance = l->meant ? near_distance(l->meant, guest_name) : NEAR_NONE;

	if (text_is_dots(guest_name))
		return;
	if (distance < l->distance) {
		l->distance = distance;
		snprintf(l->guest_nearest, sizeof(l->guest_nearest), "%s", guest_name);
	}
	if (!l->wanted || l->wanted(path_fd, guest_name))
		listing_add(l, guest_name);
}

/* Returns false where the directory can't be read: then an error goes without the list. */
static bool listing_read(struct first *l, int path_fd)
{
	own_dir DIR *dir = fd_open_dir(path_fd, ".");
	struct dirent *d;

	if (!dir)
		return false;
	for (unsigned int i = 0; i < ENTRIES_MAX && (d = readdir(dir)); i++)
		listing_consider(l, path_fd, d->d_name);
	return true;
}

void listing_text(
	char (*guest_name)[NAME_MAX + 1], unsigned int n, bool more, char *to, size_t size)
{
	*to = '\0';
	for (unsigned int i = 0; i < n; i++) {
		const char *quoted = QUOTE(guest_name[i]);

		if (strlen(to) + strlen(", ") + strlen(quoted) + sizeof(", ...") > size) {
			more = true;
			break;
		}
		text_list(to, size, ", ", "%s", quoted);
	}
	if (more)
		text_add(to, size, ", ...");
}

static const char *suggestion(
	const struct first *l, const char *guest_dir, char to[QUOTE_SIZE + 16])
{
	char guest_path[PATH_MAX + NAME_MAX + 1];

	snprintf(guest_path, sizeof(guest_path), "%s/%s", guest_dir, l->guest_nearest);
	*to = '\0';
	if (l->guest_nearest[0])
		snprintf(to, QUOTE_SIZE + 16, "did you mean %s? ", QUOTE(guest_path));
	return to;
}

int listing_explain(int path_fd, const char *guest_dir, const char *meant, struct err *e)
{
	char guest_names[NAMES_MAX][NAME_MAX + 1];
	struct first l = {
		.meant = meant, .max = NAMES_MAX, .guest_name = guest_names, .distance = NEAR_NONE};
	const char *where = QUOTE(*guest_dir ? guest_dir : "/");
	char text[sizeof(e->detail) - 2 * QUOTE_SIZE - 32] = "", nearest[QUOTE_SIZE + 16];

	if (!listing_read(&l, path_fd))
		return err_detail(e, "it is looked for in the guest's %s", where);
	if (l.n == 0)
		return err_detail(e, "the guest's %s is empty", where);
	listing_text(guest_names, l.n, l.more, text, sizeof(text));
	return err_detail(
		e, "%sthe guest's %s holds %s", suggestion(&l, guest_dir, nearest), where, text);
}

int listing_pick(int path_fd, listing_wanted_fn wanted, char (*guest_name)[NAME_MAX + 1],
	unsigned int max, bool *ret_more)
{
	struct first l = {
		.wanted = wanted, .max = max, .guest_name = guest_name, .distance = NEAR_NONE};

	if (!listing_read(&l, path_fd))
		return -1;
	*ret_more = l.more;
	return (int)l.n;
}

static int listing_by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int listing_append(struct listing *l, const char *name)
{
	char *copy = strdup(name);
	int r = copy ? array_append(l->guest_name, l->n, &copy) : -ENOMEM;

	if (r < 0)
		free(copy);
	return r;
}

int listing_all(int path_fd, bool (*wants)(const char *guest_name), size_t max, struct listing *ret)
{
	own_dir DIR *dir = fd_open_dir(path_fd, ".");
	struct dirent *d;
	int r = 0;

	if (!dir)
		return -errno;
	while (r >= 0 && ret->n <= max && (errno = 0, d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0 &&
			(!wants || wants(d->d_name)))
			r = listing_append(ret, d->d_name);
	if (r >= 0 && ret->n <= max && errno)
		r = -errno;
	if (ret->n > 1)
		qsort(ret->guest_name, ret->n, sizeof(ret->guest_name[0]), listing_by_name);
	return r;
}

void listing_done(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->guest_name[i]);
	free(l->guest_name);
}
