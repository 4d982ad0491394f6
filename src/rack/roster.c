/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roster - the list of guests that a command works on, from any source */
#include "rack/roster.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/utf8.h"

#define NAME_SIZE 200 /* bytes; leaves room for a prefix */

struct rack_guest *roster_add(struct roster *r, const char *from, struct err *e)
{
	own_free char *copy = strdup(from);
	struct rack_guest *grown;

	if (r->n == ROSTER_MAX) {
		FAIL(e, -E2BIG, "roster.add", "%s", from);
		err_detail(e, "%d guests at most", ROSTER_MAX);
		return NULL;
	}
	grown = reallocarray(r->guest, r->n + 1, sizeof(*grown));
	if (grown)
		r->guest = grown;
	if (!grown || !copy) {
		FAIL(e, -ENOMEM, "roster.add", "%s", from);
		return NULL;
	}
	grown[r->n] = (struct rack_guest){.from = TAKE_PTR(copy)};
	return &grown[r->n++];
}

int roster_append(char ***list, size_t *n, const char *text)
{
	char **grown = reallocarray(*list, *n + 1, sizeof(*grown));
	char *copy = strdup(text);

	if (grown)
		*list = grown;
	if (!grown || !copy) {
		free(copy);
		return -ENOMEM;
	}
	grown[(*n)++] = copy;
	return 0;
}

/* ---- names ---- */

/* ASCII's control characters, and U+0080 to U+009F, which some terminals obey. */
static bool is_control(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	return c[0] < ' ' || c[0] == 0x7f || (c[0] == 0xc2 && c[1] < 0xa0);
}

static char *fit_name(const char *text)
{
	char *to = calloc(1, strlen(text) + 1), *c = to;

	while (to && *text) {
		size_t len = utf8_length(text);

		if (len == 0 || *text == '/' || is_control(text) || (c == to && *text == '.')) {
			*c++ = '_';
			text += len ? len : 1;
			continue;
		}
		memcpy(c, text, len);
		c += len;
		text += len;
	}
	return to;
}

void roster_name(struct rack_guest *g, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > NAME_SIZE) {
		FAIL(&g->wrong, -EINVAL, "roster.name", "%s", g->from);
		err_detail(&g->wrong,
			len ? "its name is longer than %d bytes" : "its name is empty", NAME_SIZE);
		return;
	}
	free(g->name);
	g->name = fit_name(text);
	if (!g->name)
		FAIL(&g->wrong, -ENOMEM, "roster.name", "%s", g->from);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void roster_name_after(struct rack_guest *g, const char *path, const char *suffix)
{
	char name[NAME_MAX + 1];
	char *dot;

	snprintf(name, sizeof(name), "%s", base_name(path));
	dot = strrchr(name, '.');
	if (dot && dot != name && (!suffix || !strcmp(dot, suffix)))
		*dot = '\0';
	roster_name(g, name);
}

static int roster_by_name(const void *a, const void *b)
{
	const struct rack_guest *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order ? order : (*x > *y) - (*x < *y);
}

int roster_check(struct roster *r, struct err *e)
{
	own_free struct rack_guest **sorted = calloc(r->n + 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		return FAIL(e, -ENOMEM, "roster.add", "%s", "");
	for (size_t i = 0; i < r->n; i++)
		if (r->guest[i].name)
			sorted[n++] = &r->guest[i];
	qsort(sorted, n, sizeof(*sorted), roster_by_name);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (strcmp(sorted[i]->name, sorted[first]->name) != 0) {
			first = i;
			continue;
		}
		FAIL(&sorted[i]->wrong, -EEXIST, "roster.twice", "%s", QUOTE(sorted[i]->name));
		err_detail(&sorted[i]->wrong, "%s; the first one is %s", sorted[i]->from,
			sorted[first]->from);
	}
	return 0;
}

static void free_list(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

static void guest_done(struct rack_guest *g)
{
	char *const texts[] = {
		g->name, g->from, g->entry, g->root, g->args, g->kernel, g->ramdisk, g->disks};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	free_list(g->disk, g->n_disk);
	free_list(g->word, g->n_word);
}

void roster_drop_hvm(struct roster *r)
{
	r->hvm++;
	guest_done(&r->guest[--r->n]);
}

void roster_done(struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		guest_done(&r->guest[i]);
	free(r->guest);
	*r = (struct roster){0};
}

/* ---- files ---- */

static int open_regular(const char *path)
{
	own_fd int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return st.st_size > ROSTER_FILE_MAX ? -EFBIG : TAKE_FD(fd);
}

int roster_read_text(int fd, char **ret)
{
	own_free char *text = calloc(1, ROSTER_FILE_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	while (text && n > 0 && len < ROSTER_FILE_MAX) {
		n = pread(fd, text + len, ROSTER_FILE_MAX - len, (off_t)len);
		if (n < 0)
			return -errno;
		len += (size_t)n;
	}
	if (!text)
		return -ENOMEM;
	if (memchr(text, '\0', len))
		return -EILSEQ;
	*ret = realloc(text, len + 1);
	if (!*ret)
		return -ENOMEM;
	text = NULL; /* owned by *ret now */
	return 0;
}

int roster_read(const char *path, char **ret, struct err *e)
{
	own_fd int fd = STEP_OURS(e, "roster.read", QUOTE(path), open_regular(path));

	return fd < 0 ? fd
		      : STEP_OURS(e, "roster.read_text", QUOTE(path), roster_read_text(fd, ret));
}

static bool is_wanted(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return name[0] != '.' && name[len - 1] != '~' && len > end &&
	       !strcmp(name + len - end, suffix);
}

static int each_of(struct roster *r, const char *dir, struct dirent **entry, int n,
	const char *suffix, roster_file_fn each, struct err *e)
{
	char path[PATH_MAX + NAME_MAX];
	int ret = 0;

	for (int i = 0; ret >= 0 && i < n; i++) {
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", dir, entry[i]->d_name);
		if (is_wanted(entry[i]->d_name, suffix) && stat(path, &st) == 0 &&
			S_ISREG(st.st_mode))
			ret = each(r, path, e);
	}
	return ret;
}

int roster_each_file(
	struct roster *r, const char *path, const char *suffix, roster_file_fn each, struct err *e)
{
	struct dirent **entry = NULL;
	struct stat st;
	int n, ret = STEP(e, "roster.stat", QUOTE(path), stat(path, &st));

	if (ret < 0)
		return ret;
	if (!S_ISDIR(st.st_mode))
		return each(r, path, e);
	n = STEP(e, "roster.list", QUOTE(path), scandir(path, &entry, NULL, alphasort));
	ret = n < 0 ? n : each_of(r, path, entry, n, suffix, each, e);
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	return ret;
}

bool roster_bootloader(
	struct rack_guest *g, const char *bootloader, bool has_arguments, bool has_kernel)
{
	const char *name = bootloader ? base_name(bootloader) : "";

	if (!strncmp(name, "domUloader", 10) || !strcmp(name, "pygrub") ||
		!strcmp(name, "eliloader"))
		return true;
	if (!bootloader && has_arguments)
		g->no_entry = "it has bootloader arguments but no bootloader, such as domUloader";
	else if (!bootloader && has_kernel)
		g->no_entry = "without a bootloader its kernel is a file of this host";
	return false;
}

/* ---- images ---- */

/* "target=" takes the rest of the text, so the path may contain anything. */
static int add_image(struct roster *r, const char *path, struct err *e)
{
	char from[QUOTE_SIZE];
	struct rack_guest *g = roster_add(r, quote_into(from, sizeof(from), path), e);
	own_free char *spec = NULL;

	if (!g)
		return -ENOMEM;
	roster_name_after(g, path, NULL);
	if (asprintf(&spec, "target=%s", path) < 0)
		spec = NULL;
	if (!spec || roster_append(&g->disk, &g->n_disk, spec) < 0)
		return FAIL(e, -ENOMEM, "roster.image", "%s", from);
	return 0;
}

int roster_from_images(struct roster *r, const char *pattern, struct err *e)
{
	glob_t found = {0};
	int ret = 0;

	switch (glob(pattern, 0, NULL, &found)) {
	case 0:
		for (size_t i = 0; ret >= 0 && i < found.gl_pathc; i++)
			ret = add_image(r, found.gl_pathv[i], e);
		break;
	case GLOB_NOMATCH:
		ret = FAIL(e, -ENOENT, "roster.glob", "%s", QUOTE(pattern));
		break;
	default:
		ret = FAIL(e, -EIO, "roster.glob", "%s", QUOTE(pattern));
	}
	globfree(&found);
	return ret;
}
