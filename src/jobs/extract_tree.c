/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract_tree - the modules of a kernel: a directory of the guest, with all that may leave it */
#include "jobs/extract_tree.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "copy/digest.h"
#include "kernels/modules.h"
#include "reader/reader.h"

struct walk {
	struct guest *g;
	struct manifest_tree *to;
	struct digest digest;
	uint64_t entries;
	dev_t dev;		   /* of the tree's top */
	char guest_path[PATH_MAX]; /* below the top, of what is looked at */
};

static bool extract_tree_is_plain(const char *guest_name)
{
	for (; *guest_name; guest_name++)
		if (*guest_name < ' ' || *guest_name > '~')
			return false;
	return true;
}

static int leave_out(struct walk *w, const char *why)
{
	w->to->left_out++;
	log_verbose("%s is left out: %s", QUOTE(w->guest_path), why);
	return 0;
}

static int extract_tree_too_much(struct walk *w, const char *what, struct err *e)
{
	FAIL(e, -EFBIG, "tree.limit", "%s", QUOTE(w->to->guest_path));
	return err_detail(e, "%s", what);
}

/* ---- one thing ---- */

bool extract_link_stays(const char *guest_target, unsigned int depth)
{
	bool at_start = true;

	if (*guest_target == '/' || !*guest_target)
		return false;
	for (const char *c = guest_target; *c;) {
		size_t len = strcspn(c, "/");
		bool up = len == 2 && !strncmp(c, "..", 2);

		if (up && (!at_start || depth-- == 0))
			return false;
		at_start &= up || len == 0 || (len == 1 && *c == '.');
		c += len;
		c += strspn(c, "/");
	}
	return true;
}

static int copy_link(
	struct walk *w, int fd, int to_fd, const char *name, unsigned int depth, struct err *e)
{
	char guest_target[PATH_MAX];
	int n = STEP(e, "tree.link", QUOTE(w->guest_path),
		readlinkat(fd, "", guest_target, sizeof(guest_target) - 1));

	if (n < 0)
		return n;
	guest_target[n] = '\0';
	if (!extract_tree_is_plain(guest_target) || !extract_link_stays(guest_target, depth))
		return leave_out(w, "a symlink that leads out");
	return STEP(e, "tree.link", QUOTE(w->guest_path), symlinkat(guest_target, to_fd, name));
}

/* The very file that was looked at. */
static int extract_tree_reopen(int fd)
{
	char link[32];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return open(link, O_RDONLY | O_CLOEXEC);
}

static void note_file(struct walk *w, const struct copied *copied)
{
	char text[DIGEST_TEXT];

	digest_text(copied->sha256, text);
	digest_add(&w->digest, text, strlen(text));
	digest_add(&w->digest, "  ", 2);
	digest_add(&w->digest, w->guest_path, strlen(w->guest_path));
	digest_add(&w->digest, "\n", 1);
	w->to->files++;
	w->to->size += copied->bytes;
}

static int extract_tree_copy_file(
	struct walk *w, int fd, const struct stat *st, int to_fd, const char *name, struct err *e)
{
	const char *subject = QUOTE(w->guest_path);
	mode_t mode = st->st_mode & S_IXUSR ? 0755 : 0644;
	own_fd int in_fd = STEP(e, "tree.open", subject, extract_tree_reopen(fd));
	own_fd int out_fd = -1;
	struct copied copied;
	int r = in_fd;

	if (r >= 0)
		r = out_fd = STEP(e, "tree.create", subject,
			openat(to_fd, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC,
				mode));
	if (r >= 0) {
		const struct copy_request rq = {.in_fd = in_fd,
			.out_fd = out_fd,
			.limit = EXTRACT_SIZE_MAX - w->to->size,
			.checksum = true,
			.subject = subject};

		r = reader_copy(w->g->reader, &rq, &copied, e);
	}
	if (r >= 0)
		note_file(w, &copied);
	return r;
}

/* ---- directories ---- */

struct names {
	char **at;
	size_t n;
};

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->at[i]);
	free(names->at);
}

static int extract_tree_by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int extract_tree_add_name(struct names *names, const char *name)
{
	char **grown = realloc(names->at, (names->n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	names->at = grown;
	grown[names->n] = strdup(name);
	if (!grown[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

/* At most @max, and one more where there are more. */
static int extract_tree_read_names(int fd, struct names *names, uint64_t max)
{
	own_fd int dir_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own_dir DIR *dir = dir_fd < 0 ? NULL : fdopendir(dir_fd);
	struct dirent *d;
	int r = 0;

	if (!dir)
		return -errno;
	TAKE_FD(dir_fd);
	while (r >= 0 && names->n <= max && (errno = 0, d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = extract_tree_add_name(names, d->d_name);
	if (r >= 0 && errno && names->n <= max)
		r = -errno;
	if (names->n > 1)
		qsort(names->at, names->n, sizeof(names->at[0]), extract_tree_by_name);
	return r;
}

int extract_make_dir(int at_fd, const char *name)
{
	if (mkdirat(at_fd, name, 0755) < 0)
		return -1;
	return openat(at_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int copy_dir(struct walk *w, int fd, int to_fd, unsigned int depth, struct err *e);

static int extract_tree_enter(
	struct walk *w, int fd, int to_fd, const char *name, unsigned int depth, struct err *e)
{
	const char *subject = QUOTE(w->guest_path);
	own_fd int inner_fd = -1;
	int r;

	if (depth >= EXTRACT_DEPTH_MAX)
		return extract_tree_too_much(w, "its directories are too deep", e);
	r = inner_fd = STEP(e, "tree.mkdir", subject, extract_make_dir(to_fd, name));
	return r < 0 ? r : copy_dir(w, fd, inner_fd, depth + 1, e);
}

static int copy_entry(
	struct walk *w, int from_fd, int to_fd, const char *name, unsigned int depth, struct err *e)
{
	const char *subject = QUOTE(w->guest_path);
	own_fd int fd = STEP(
		e, "tree.open", subject, openat(from_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
	struct stat st;
	int r = fd;

	if (r >= 0)
		r = STEP(e, "tree.stat", subject, fstat(fd, &st));
	if (r < 0)
		return r;
	if (st.st_dev != w->dev)
		return leave_out(w, "it is on another filesystem");
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return extract_tree_enter(w, fd, to_fd, name, depth, e);
	case S_IFREG:
		return extract_tree_copy_file(w, fd, &st, to_fd, name, e);
	case S_IFLNK:
		return copy_link(w, fd, to_fd, name, depth, e);
	}
	return leave_out(w, "it is no file");
}

static int copy_names(struct walk *w, const struct names *names, int fd, int to_fd,
	unsigned int depth, struct err *e)
{
	size_t len = strlen(w->guest_path);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < names->n; i++) {
		int n = snprintf(w->guest_path + len, sizeof(w->guest_path) - len, "%s%s",
			len ? "/" : "", names->at[i]);

		if (++w->entries > EXTRACT_ENTRIES_MAX)
			r = extract_tree_too_much(w, "it holds too many files", e);
		else if (!extract_tree_is_plain(names->at[i]) ||
			 n >= (int)(sizeof(w->guest_path) - len))
			r = leave_out(w, "a name that is not printable ASCII");
		else
			r = copy_entry(w, fd, to_fd, names->at[i], depth, e);
		w->guest_path[len] = '\0';
	}
	return r;
}

static int copy_dir(struct walk *w, int fd, int to_fd, unsigned int depth, struct err *e)
{
	struct names names = {0};
	int r = STEP_OURS(e, "tree.list", QUOTE(w->guest_path),
		extract_tree_read_names(fd, &names, EXTRACT_ENTRIES_MAX - w->entries));

	if (r >= 0)
		r = copy_names(w, &names, fd, to_fd, depth, e);
	names_done(&names);
	return r;
}

static int extract_tree(
	struct guest *g, int from_fd, int to_fd, struct manifest_tree *to, struct err *e)
{
	own_free struct walk *w = calloc(1, sizeof(*w));
	uint8_t sha256[DIGEST_SIZE];
	struct stat st;
	int r;

	if (!w)
		return err_set(e, -ENOMEM, "tree.list", "%s", QUOTE(to->guest_path));
	w->g = g;
	w->to = to;
	digest_begin(&w->digest);
	r = STEP(e, "tree.stat", QUOTE(to->guest_path), fstat(from_fd, &st));
	w->dev = st.st_dev;
	if (r >= 0)
		r = copy_dir(w, from_fd, to_fd, 0, e);
	if (r < 0)
		return r;
	digest_end(&w->digest, sha256);
	digest_text(sha256, to->sha256);
	return 0;
}

/* ---- modules ---- */

static int open_modules(struct guest *g, const char *release, const char *guest_kernel,
	struct manifest_tree *to, struct err *e)
{
	int r;

	if (!release[0])
		return FAIL(e, -ENOENT, "extract.release", "%s", QUOTE(guest_kernel));
	snprintf(to->name, sizeof(to->name), "modules/%s", release);
	r = modules_open(g, release, to->guest_path, sizeof(to->guest_path), e);
	if (r == -ENOENT && g->plan->entry.dev)
		err_more(e, "the entry's device has none; leave it away, and the fstab of the root "
			    "is followed");
	return r;
}

int extract_modules(struct guest *g, const char *release, const char *guest_kernel, int to_fd,
	struct manifest_tree *to, struct err *e)
{
	own_fd int from_fd = open_modules(g, release, guest_kernel, to, e);
	own_fd int dir_fd = -1;
	int r = from_fd;

	if (r >= 0)
		r = dir_fd = STEP(
			e, "extract.modules", QUOTE(to->name), extract_make_dir(to_fd, release));
	if (r >= 0)
		r = extract_tree(g, from_fd, dir_fd, to, e);
	if (r >= 0 && to->left_out > 0)
		log_say("%s: %llu things that may not leave the guest were left out (-v names them)",
			to->name, (unsigned long long)to->left_out);
	return r;
}
