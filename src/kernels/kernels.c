/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernels - list the kernels in the entered tree, with their initrds and modules */
#include "kernels/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/listing.h"
#include "fs/mnt.h"
#include "guest/bootname.h"
#include "kernels/modules.h"
#include "reader/reader.h"
#include "source/source.h"

#define NAMES_MAX 64 /* per directory */

/* ---- one file ---- */

/* @to has LIST_PATH_MAX bytes. Returns false if the path does not fit. */
static bool join(char *to, const char *guest_dir, const char *guest_name)
{
	int n = snprintf(
		to, LIST_PATH_MAX, "%s/%s", strcmp(guest_dir, "/") ? guest_dir : "", guest_name);

	return n > 0 && n < LIST_PATH_MAX;
}

static struct list_kernel *known(struct kernels *to, size_t from, const char *guest_file)
{
	for (size_t i = from; i < to->n; i++)
		if (!strcmp(to->at[i]->guest_file, guest_file))
			return to->at[i];
	return NULL;
}

static void add_link(struct list_kernel *k, const char *guest_path)
{
	if (k->n_links < LIST_LINKS_MAX)
		memcpy(k->guest_link[k->n_links++], guest_path, strlen(guest_path) + 1);
}

/* Add another name. If it is the file's own, it becomes the name to print. */
static void kernels_add_name(struct list_kernel *k, const char *guest_path)
{
	char before[LIST_PATH_MAX];

	if (strcmp(guest_path, k->guest_file) != 0) {
		add_link(k, guest_path);
		return;
	}
	memcpy(before, k->guest_path, sizeof(before));
	memcpy(k->guest_path, k->guest_file, sizeof(k->guest_path));
	add_link(k, before);
}

static const char *base_of(const char *guest_path)
{
	return strrchr(guest_path, '/') + 1;
}

static int add_kernel(struct kernels *to, const char *guest_root, const char *guest_path,
	const struct source_file *f, const struct kernel_info *info, struct err *e)
{
	struct list_kernel *k = calloc(1, sizeof(*k));

	if (!k)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", QUOTE(guest_path));
	to->at[to->n++] = k;
	snprintf(k->guest_root, sizeof(k->guest_root), "%s", guest_root);
	snprintf(k->source, sizeof(k->source), "%s", f->volume);
	snprintf(k->guest_path, sizeof(k->guest_path), "%s", guest_path);
	memcpy(k->guest_file, f->guest_path,
		strlen(f->guest_path) + 1); /* recognise_new() has checked its length */
	k->size = f->size;
	k->kind = kernel_kind_name(info->kind);
	memcpy(k->version, info->version, sizeof(k->version));
	memcpy(k->compression, info->compression, sizeof(k->compression));
	memcpy(k->arch, info->arch, sizeof(k->arch));
	modules_release_of(k->version, k->guest_file, k->release);
	return 0;
}

/* Errors that end the run, not just the look at one file. */
static bool is_fatal(const struct err *why)
{
	return why->code == -EINTR || why->code == -EPROTO || why->code == -ENOMEM ||
	       mnt_is_ours(why);
}

/* An I/O error deserves a warning; a dangling symlink or a directory does not. */
static int pass_over(const char *guest_path, const struct err *why, struct err *e)
{
	if (is_fatal(why)) {
		*e = *why;
		return e->code;
	}
	if (why->code == -EIO)
		log_warn("%s is skipped: %s", QUOTE(guest_path), HINT_LINE(why, ""));
	else if (why->code != -ENOENT)
		log_verbose("%s is skipped: %s", QUOTE(guest_path), HINT_LINE(why, ""));
	return 0;
}

/* A tree that is being searched; its kernels start at to->at[from]. */
struct tree_look {
	struct guest *g;
	const char *guest_root;
	struct kernels *to;
	size_t from;
	const char *guest_dir;
	unsigned int n; /* names examined in it */
};

/* Identify the file at @guest_path. Returns 1 if it is a kernel that is not listed yet. */
static int recognise_new(struct tree_look *t, const char *guest_path, struct source_file *f,
	struct kernel_info *info, struct err *e)
{
	own_fd int fd = -1;
	struct list_kernel *same;
	int r = t->g->source->open(t->g, guest_path, SOURCE_FOLLOW, f, e);

	if (r < 0)
		return r;
	fd = f->fd;
	if (strlen(f->guest_path) >= LIST_PATH_MAX)
		return 0;
	same = known(t->to, t->from, f->guest_path);
	if (same) {
		kernels_add_name(same, guest_path);
		return 0;
	}
	r = reader_kernel(t->g->reader, fd, 0, QUOTE(guest_path), info, e);
	return r < 0 ? r : info->kind != KERNEL_UNKNOWN;
}

static int kernels_consider(struct tree_look *t, const char *guest_path, struct err *e)
{
	struct kernel_info info = {0};
	struct err why = {0};
	struct source_file f;
	int r = recognise_new(t, guest_path, &f, &info, &why);

	if (r < 0)
		return pass_over(guest_path, &why, e);
	if (r > 0 && t->to->n == KERNELS_MAX)
		t->to->more = true;
	else if (r > 0)
		return add_kernel(t->to, t->guest_root, guest_path, &f, &info, e);
	return 0;
}

/* ---- its initrd and modules ---- */

static int find_initrd_beside(
	struct guest *g, struct list_kernel *k, const char *guest_path, struct err *e)
{
	char guest_name[LIST_PATH_MAX], guest_dir[LIST_PATH_MAX];
	int r = 0;

	snprintf(guest_dir, sizeof(guest_dir), "%.*s", (int)(base_of(guest_path) - guest_path - 1),
		guest_path);
	for (unsigned int i = 0;
		r >= 0 && !k->guest_initrd[0] &&
		bootname_initrd(base_of(guest_path), i, guest_name, sizeof(guest_name));
		i++) {
		char guest_initrd[LIST_PATH_MAX];
		struct err why = {0};
		struct source_file f;

		if (!*guest_name || !join(guest_initrd, guest_dir, guest_name))
			continue;
		r = g->source->open(g, guest_initrd, SOURCE_FOLLOW, &f, &why);
		if (r >= 0) {
			close(f.fd);
			memcpy(k->guest_initrd, guest_initrd, sizeof(k->guest_initrd));
			k->initrd_size = f.size;
		} else {
			r = pass_over(guest_initrd, &why, e);
		}
	}
	return r;
}

static int find_initrd(struct guest *g, struct list_kernel *k, struct err *e)
{
	int r = find_initrd_beside(g, k, k->guest_path, e);

	for (unsigned int i = 0; r >= 0 && !k->guest_initrd[0] && i < k->n_links; i++)
		r = find_initrd_beside(g, k, k->guest_link[i], e);
	return r;
}

static int kernels_find_modules(struct guest *g, struct list_kernel *k, struct err *e)
{
	struct err why = {0};
	char canonical[PATH_MAX];
	int r;

	if (!k->release[0])
		return 0;
	snprintf(k->guest_modules, sizeof(k->guest_modules), MODULES_DIR "/%s", k->release);
	if (modules_find(g, k->release, canonical, &why) >= 0)
		return 0;
	r = pass_over(k->guest_modules, &why, e);
	k->guest_modules[0] = '\0';
	return r;
}

/* ---- a tree ---- */

static int look_at_name(const struct source_entry *entry, void *arg, struct err *e)
{
	struct tree_look *t = arg;
	char guest_path[LIST_PATH_MAX];

	if (t->n++ >= NAMES_MAX)
		t->to->more = true;
	else if (join(guest_path, t->guest_dir, entry->name))
		return kernels_consider(t, guest_path, e);
	return 0;
}

/* A directory that cannot be read is noted as the tree's problem; the rest is still listed. */
static int look_in(struct tree_look *t, char *canonical, char *problem, size_t size, struct err *e)
{
	const struct source_listing names = {
		.wants = bootname_is_kernel, .max = LISTING_MAX, .each = look_at_name, .arg = t};
	struct err why = {0};
	int r;

	t->n = 0;
	r = t->g->source->list(t->g, t->guest_dir, SOURCE_FOLLOW, &names, canonical, &why);
	if (r >= 0)
		return 0;
	if (why.code != -ENOENT || strncmp(why.step, "openin.", 7) != 0)
		snprintf(problem, size, "%s cannot be read: %s", t->guest_dir,
			HINT_LINE(&why, why.subject));
	return pass_over(t->guest_dir, &why, e);
}

int kernels_find(struct guest *g, const char *guest_root, struct kernels *to, char *problem,
	size_t size, struct err *e)
{
	struct tree_look t = {
		.g = g, .guest_root = guest_root, .to = to, .from = to->n, .guest_dir = "/boot"};
	char canonical[PATH_MAX] = "";
	int r = look_in(&t, canonical, problem, size, e);

	t.guest_dir = "/";
	if (r >= 0 && strcmp(canonical, "/") != 0) /* /boot often has a symlink "boot" to "." */
		r = look_in(&t, canonical, problem, size, e);
	for (size_t i = t.from; r >= 0 && i < to->n; i++) {
		r = find_initrd(g, to->at[i], e);
		if (r >= 0)
			r = kernels_find_modules(g, to->at[i], e);
	}
	return r;
}

/* ---- the default kernel ---- */

static bool is_choice(const char *guest_path)
{
	static const char *const links[] = {"/vmlinuz", "/boot/vmlinuz", "/boot/vmlinuz-xen",
		"/boot/bzImage", "/boot/Image", "/boot/vmlinux", "/vmlinux", "/boot/linux"};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (!strcmp(links[i], guest_path))
			return true;
	return false;
}

static bool is_chosen(const struct list_kernel *k)
{
	bool chosen = is_choice(k->guest_path);

	for (unsigned int i = 0; i < k->n_links; i++)
		chosen |= is_choice(k->guest_link[i]);
	return chosen;
}

struct list_kernel *kernels_default(struct list_kernel *const *all, size_t n)
{
	struct list_kernel *chosen = NULL, *newest = NULL;
	size_t n_chosen = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_chosen(all[i])) {
			chosen = all[i];
			n_chosen++;
		}
		if (all[i]->release[0] &&
			(!newest || strverscmp(all[i]->release, newest->release) > 0))
			newest = all[i];
	}
	if (n_chosen > 0)
		return n_chosen == 1 ? chosen : NULL;
	return n == 1 ? all[0] : newest;
}

void kernels_done(struct kernels *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->at[i]);
	k->n = 0;
}
