/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract_tree - copy a kernel's modules: a directory of the guest, without what leads out of it */
#include "jobs/extract_tree.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
#include "source/source.h"

struct walk {
	struct guest *g;
	struct manifest_tree *to;
	struct digest digest;
	uint64_t entries;
	char guest_path[PATH_MAX]; /* of the current entry, relative to the top */
};

/* A directory of the tree, and where it is copied to. */
struct place {
	struct walk *w;
	int to_fd;
	unsigned int depth;
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

/* ---- one entry ---- */

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

static int copy_link(const struct place *p, const struct source_entry *entry, struct err *e)
{
	if (!extract_tree_is_plain(entry->guest_target) ||
		!extract_link_stays(entry->guest_target, p->depth))
		return leave_out(p->w, "a symlink that leads out");
	return STEP(e, "tree.link", QUOTE(p->w->guest_path),
		symlinkat(entry->guest_target, p->to_fd, entry->name));
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

/* The current entry's path in the guest. */
static int extract_tree_path(const struct walk *w, char to[PATH_MAX], struct err *e)
{
	const char *top = w->to->guest_path;

	if (snprintf(to, PATH_MAX, "%s%s%s", top, *w->guest_path ? "/" : "", w->guest_path) <
		PATH_MAX)
		return 0;
	return FAIL(e, -ENAMETOOLONG, "tree.limit", "%s", QUOTE(w->guest_path));
}

static int extract_tree_copy_file(
	const struct place *p, const struct source_entry *entry, struct err *e)
{
	struct walk *w = p->w;
	const char *subject = QUOTE(w->guest_path);
	const mode_t mode = entry->mode & S_IXUSR ? 0755 : 0644;
	char guest_path[PATH_MAX];
	struct source_file from = {.fd = -1};
	own_fd int in_fd = -1, out_fd = -1;
	struct copied copied;
	int r = extract_tree_path(w, guest_path, e);

	if (r >= 0)
		r = w->g->source->open(w->g, guest_path, SOURCE_LISTED, &from, e);
	if (r >= 0) {
		in_fd = from.fd;
		r = out_fd = STEP(e, "tree.create", subject,
			openat(p->to_fd, entry->name,
				O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, mode));
	}
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

int extract_make_dir(int at_fd, const char *name)
{
	if (mkdirat(at_fd, name, 0755) < 0)
		return -1;
	return openat(at_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int copy_dir(const struct place *p, struct err *e);

static int extract_tree_enter(
	const struct place *p, const struct source_entry *entry, struct err *e)
{
	const char *subject = QUOTE(p->w->guest_path);
	struct place inner = {.w = p->w, .depth = p->depth + 1};
	own_fd int fd = -1;
	int r;

	if (p->depth >= EXTRACT_DEPTH_MAX)
		return extract_tree_too_much(p->w, "its directories are nested too deeply", e);
	r = inner.to_fd = fd =
		STEP(e, "tree.mkdir", subject, extract_make_dir(p->to_fd, entry->name));
	return r < 0 ? r : copy_dir(&inner, e);
}

static int copy_entry(const struct place *p, const struct source_entry *entry, struct err *e)
{
	if (entry->elsewhere)
		return leave_out(p->w, "it is on another filesystem");
	switch (entry->mode & S_IFMT) {
	case S_IFDIR:
		return extract_tree_enter(p, entry, e);
	case S_IFREG:
		return extract_tree_copy_file(p, entry, e);
	case S_IFLNK:
		return copy_link(p, entry, e);
	}
	return leave_out(p->w, "it is not a regular file");
}

static int copy_named(const struct source_entry *entry, void *arg, struct err *e)
{
	const struct place *p = arg;
	struct walk *w = p->w;
	size_t len = strlen(w->guest_path), room = sizeof(w->guest_path) - len;
	int r, n = snprintf(w->guest_path + len, room, "%s%s", len ? "/" : "", entry->name);

	if (++w->entries > EXTRACT_ENTRIES_MAX)
		r = extract_tree_too_much(w, "it has too many files", e);
	else if (!extract_tree_is_plain(entry->name) || n >= (int)room)
		r = leave_out(w, "a name that is not printable ASCII");
	else
		r = copy_entry(p, entry, e);
	w->guest_path[len] = '\0';
	return r;
}

static int copy_dir(const struct place *p, struct err *e)
{
	const struct source_listing all = {.max = EXTRACT_ENTRIES_MAX - p->w->entries + 1,
		.details = true,
		.each = copy_named,
		.arg = (void *)p};
	char guest_path[PATH_MAX], canonical[PATH_MAX];
	int r = extract_tree_path(p->w, guest_path, e);

	return r < 0 ? r
		     : p->w->g->source->list(
			       p->w->g, guest_path, SOURCE_LISTED, &all, canonical, e);
}

static int extract_tree(struct guest *g, int to_fd, struct manifest_tree *to, struct err *e)
{
	own_free struct walk *w = calloc(1, sizeof(*w));
	const struct place top = {.w = w, .to_fd = to_fd};
	uint8_t sha256[DIGEST_SIZE];
	int r;

	if (!w)
		return err_set(e, -ENOMEM, "tree.limit", "%s", QUOTE(to->guest_path));
	w->g = g;
	w->to = to;
	digest_begin(&w->digest);
	r = copy_dir(&top, e);
	if (r < 0)
		return r;
	digest_end(&w->digest, sha256);
	digest_text(sha256, to->sha256);
	return 0;
}

/* ---- modules ---- */

static int extract_find_modules(struct guest *g, const char *release, const char *guest_kernel,
	struct manifest_tree *to, struct err *e)
{
	int r;

	if (!release[0])
		return FAIL(e, -ENOENT, "extract.release", "%s", QUOTE(guest_kernel));
	snprintf(to->name, sizeof(to->name), "modules/%s", release);
	r = modules_find(g, release, to->guest_path, e);
	if (r == -ENOENT && g->plan->entry.dev)
		err_more(e, "the entry's device has none; omit it to follow the root's fstab");
	return r;
}

int extract_modules(struct guest *g, const char *release, const char *guest_kernel, int to_fd,
	struct manifest_tree *to, struct err *e)
{
	own_fd int dir_fd = -1;
	int r = extract_find_modules(g, release, guest_kernel, to, e);

	if (r >= 0)
		r = dir_fd = STEP(
			e, "extract.modules", QUOTE(to->name), extract_make_dir(to_fd, release));
	if (r >= 0)
		r = extract_tree(g, dir_fd, to, e);
	if (r >= 0 && to->left_out > 0)
		log_say("%s: %llu entries were skipped for safety (-v lists them)", to->name,
			(unsigned long long)to->left_out);
	return r;
}
