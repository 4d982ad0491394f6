/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listing - sorted names of a directory, and messages about a missing one */
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

#define NAMES_MAX 12 /* names in a message */

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

int listing_all(int path_fd, size_t max, struct listing *ret)
{
	own_dir DIR *dir = fd_open_dir(path_fd, ".");
	struct dirent *d;
	int r = 0;

	if (!dir)
		return -errno;
	while (r >= 0 && ret->n <= max && (errno = 0, d = readdir(dir)))
		if (!text_is_dots(d->d_name))
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

bool listing_add_text(const char *guest_name, bool more, char *to, size_t size)
{
	const char *quoted = QUOTE(guest_name);

	if (more || strlen(to) + strlen(", ") + strlen(quoted) + sizeof(", ...") > size) {
		text_add(to, size, ", ...");
		return false;
	}
	text_list(to, size, ", ", "%s", quoted);
	return true;
}

/* Return "did you mean ...? " with the most similar name, or "". */
static const char *suggestion(
	const struct listing *l, const char *guest_dir, const char *meant, char to[QUOTE_SIZE + 16])
{
	char guest_path[PATH_MAX + NAME_MAX + 1];
	unsigned int nearest = NEAR_NONE;

	*to = '\0';
	for (size_t i = 0; i < l->n; i++) {
		unsigned int distance = near_distance(meant, l->guest_name[i]);

		if (distance >= nearest)
			continue;
		nearest = distance;
		snprintf(guest_path, sizeof(guest_path), "%s/%s", guest_dir, l->guest_name[i]);
		snprintf(to, QUOTE_SIZE + 16, "did you mean %s? ", QUOTE(guest_path));
	}
	return to;
}

int listing_explain(int path_fd, const char *guest_dir, const char *meant, struct err *e)
{
	const char *where = QUOTE(*guest_dir ? guest_dir : "/");
	char text[sizeof(e->detail) - 2 * QUOTE_SIZE - 32] = "", nearest[QUOTE_SIZE + 16];
	struct listing l = {0};
	int r = listing_all(path_fd, LISTING_MAX, &l);

	for (size_t i = 0;
		i < l.n && listing_add_text(l.guest_name[i], i == NAMES_MAX, text, sizeof(text));)
		i++;
	if (r < 0)
		r = err_detail(e, "searched in the guest's %s", where);
	else if (l.n == 0)
		r = err_detail(e, "the guest's %s is empty", where);
	else
		r = err_detail(e, "%sthe guest's %s holds %s",
			suggestion(&l, guest_dir, meant, nearest), where, text);
	listing_done(&l);
	return r;
}
