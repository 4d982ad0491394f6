/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernels - which kernels a guest's tree holds, and what goes with each */
#include "kernels/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/listing.h"
#include "guest/bootname.h"
#include "kernels/modules.h"
#include "mount/mount.h"
#include "resolve/resolve.h"

#define NAMES_MAX 64 /* of a directory */

/* ---- one file ---- */

/* Into to[LIST_PATH_MAX]; false where it doesn't fit. */
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

/* Another name of it; the file's own, where that is found as well, is the one to tell. */
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
	const struct resolved *f, const struct kernel_info *info, struct err *e)
{
	struct list_kernel *k = calloc(1, sizeof(*k));

	if (!k)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", QUOTE(guest_path));
	to->at[to->n++] = k;
	snprintf(k->guest_root, sizeof(k->guest_root), "%s", guest_root);
	snprintf(k->source, sizeof(k->source), "%s", f->on->volume.name);
	snprintf(k->guest_path, sizeof(k->guest_path), "%s", guest_path);
	memcpy(k->guest_file, f->guest_path,
		strlen(f->guest_path) + 1); /* consider() has seen to it */
	k->size = f->size;
	k->kind = kernel_kind_name(info->kind);
	memcpy(k->version, info->version, sizeof(k->version));
	memcpy(k->compression, info->compression, sizeof(k->compression));
	memcpy(k->arch, info->arch, sizeof(k->arch));
	modules_release_of(k->version, k->guest_file, k->release);
	return 0;
}

/* Failures that end the run, and not only the look at one file. */
static bool is_fatal(int code)
{
	return code == -EINTR || code == -EPROTO || code == -ENOMEM;
}

/* What is no file, or leads nowhere, is not worth a word; what can't be read is. */
static int pass_over(const char *guest_path, const struct err *why, struct err *e)
{
	if (is_fatal(why->code)) {
		*e = *why;
		return e->code;
	}
	if (why->code == -EIO)
		log_warn("%s is passed over: %s: %s", QUOTE(guest_path), hint_phrase(why),
			strerror(-why->code));
	else
		log_verbose("%s is passed over: %s", QUOTE(guest_path), strerror(-why->code));
	return 0;
}

/* @from: where in *to this tree's kernels begin. */
static int kernels_consider(struct guest *g, const char *guest_root, const char *guest_path,
	struct kernels *to, size_t from, struct err *e)
{
	struct kernel_info info = {0};
	struct err why = {0};
	struct list_kernel *same;
	struct resolved *f;
	int r = walk_file(g->tree, guest_path, &f, &why);

	if (r >= 0 && strlen(f->guest_path) >= LIST_PATH_MAX)
		return 0;
	same = r < 0 ? NULL : known(to, from, f->guest_path);
	if (same) {
		kernels_add_name(same, guest_path);
		return 0;
	}
	if (r >= 0)
		r = reader_kernel(g->reader, f->fd, 0, QUOTE(guest_path), &info, &why);
	if (r < 0)
		return pass_over(guest_path, &why, e);
	if (info.kind == KERNEL_UNKNOWN)
		return 0;
	if (to->n == KERNELS_MAX) {
		to->more = true;
		return 0;
	}
	return add_kernel(to, guest_root, guest_path, f, &info, e);
}

/* ---- what goes with it ---- */

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
		struct resolved *f;

		if (!*guest_name || !join(guest_initrd, guest_dir, guest_name))
			continue;
		r = walk_file(g->tree, guest_initrd, &f, &why);
		if (r >= 0) {
			memcpy(k->guest_initrd, guest_initrd, sizeof(k->guest_initrd));
			k->initrd_size = f->size;
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

static int find_modules(struct guest *g, struct list_kernel *k, struct err *e)
{
	struct err why = {0};
	char canonical[PATH_MAX];
	own_fd int fd = -1;
	int r;

	if (!k->release[0])
		return 0;
	snprintf(k->guest_modules, sizeof(k->guest_modules), MODULES_DIR "/%s", k->release);
	fd = modules_open(g, k->release, canonical, sizeof(canonical), &why);
	if (fd >= 0)
		return 0;
	r = pass_over(k->guest_modules, &why, e);
	k->guest_modules[0] = '\0';
	return r;
}

/* ---- a tree ---- */

static bool kernels_is_kernel(int dir_fd, const char *guest_name)
{
	(void)dir_fd;
	return bootname_is_kernel(guest_name);
}

static int look_in(struct guest *g, const char *guest_root, const char *guest_dir, int dir_fd,
	struct kernels *to, size_t from, struct err *e)
{
	char guest_names[NAMES_MAX][NAME_MAX + 1], guest_path[LIST_PATH_MAX];
	bool more = false;
	int r = 0, n = listing_pick(dir_fd, kernels_is_kernel, guest_names, NAMES_MAX, &more);

	to->more |= more;
	for (int i = 0; r >= 0 && i < n; i++)
		if (join(guest_path, guest_dir, guest_names[i]))
			r = kernels_consider(g, guest_root, guest_path, to, from, e);
	return r;
}

/*
 * A directory that leads to one that has been looked into is left away: in many /boot there is a
 * link "boot" to ".".
 */
static int kernels_look_into(struct guest *g, const char *guest_root, struct kernels *to,
	char *problem, size_t size, struct err *e)
{
	static const char *const dirs[] = {"/boot", "/"};
	char canonical[2][PATH_MAX] = {"", ""};
	size_t from = to->n;
	int r = 0;

	for (int i = 0; r >= 0 && i < 2; i++) {
		struct err why = {0};
		own_fd int fd = -1;

		r = fd = walk_dir(g->tree, dirs[i], canonical[i], sizeof(canonical[i]), &why);
		if (r >= 0 && (i == 0 || strcmp(canonical[0], canonical[1]) != 0)) {
			r = look_in(g, guest_root, dirs[i], fd, to, from, e);
		} else if (r < 0) {
			if (why.code != -ENOENT || strncmp(why.step, "openin.", 7) != 0)
				snprintf(problem, size, "%s can't be looked into: %s: %s: %s",
					dirs[i], hint_phrase(&why), why.subject,
					strerror(-why.code));
			r = pass_over(dirs[i], &why, e);
		}
	}
	return r;
}

int kernels_find(struct guest *g, const char *guest_root, struct kernels *to, char *problem,
	size_t size, struct err *e)
{
	size_t from = to->n;
	int r = kernels_look_into(g, guest_root, to, problem, size, e);

	for (size_t i = from; r >= 0 && i < to->n; i++) {
		r = find_initrd(g, to->at[i], e);
		if (r >= 0)
			r = find_modules(g, to->at[i], e);
	}
	return r;
}

/* ---- which of them ---- */

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
