/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - kernel and initrd, recognised and copied, but not published yet */
#include "run/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "run/mount.h"
#include "run/resolve.h"

/* One of the two files on its way. */
struct item {
	const char *what;   /* "kernel", "ramdisk": also the copy's name */
	const char *wanted; /* the entry's path */
	uint64_t limit;
	struct resolved *from;
	struct result_file *to;
	char *path, *guest_path, *source, *fstype; /* storage of *to */
};

static void fill(const struct item *i)
{
	snprintf(i->guest_path, PATH_MAX, "%s", i->from->guest_path);
	snprintf(i->source, 80, "%s", i->from->on->volume.name);
	snprintf(i->fstype, 32, "%s", i->from->on->fstype);
	*i->to = (struct result_file){.path = i->path,
		.guest_path = i->guest_path,
		.source = i->source,
		.fstype = i->fstype,
		.journal = mount_journal_name(i->from->on->journal),
		.size = i->from->size};
}

static int resolve_item(struct guest *g, struct item *i, struct err *e)
{
	int r = resolve_file(g, i->wanted, &i->from, e);

	if (r < 0)
		return r;
	if (i->from->size > i->limit) {
		FAIL(e, -EFBIG, "fetch.limit", "%s", QUOTE(i->wanted));
		return err_detail(e, "it has %" PRIu64 " bytes, --max-%s-size is %" PRIu64,
			i->from->size, strcmp(i->what, "kernel") ? "initrd" : "kernel", i->limit);
	}
	fill(i);
	return 0;
}

static int recognise(struct guest *g, const struct item *i, struct fetched *f, struct err *e)
{
	int r = reader_kernel(g->reader, i->from->fd, QUOTE(i->wanted), &f->kernel, e);

	if (r < 0)
		return r;
	if (f->kernel.kind == KERNEL_UNKNOWN && !g->plan->any_kernel)
		return FAIL(e, -ENOEXEC, "fetch.kernel", "%s", QUOTE(i->wanted));
	log_verbose("kernel: %s %s %s", kernel_kind_name(f->kernel.kind), f->kernel.arch,
		f->kernel.version);
	f->result.kernel_kind = kernel_kind_name(f->kernel.kind);
	f->result.kernel_version = f->kernel.version;
	f->result.kernel_compression = f->kernel.compression;
	f->result.kernel_arch = f->kernel.arch;
	return 0;
}

static int copy_item(struct scope *outputs, struct guest *g, const struct item *i, int dir_fd,
	const char *dir, struct fetched *f, struct err *e)
{
	struct publication *p;
	char name[64];
	int r;

	snprintf(name, sizeof(name), "%s.%s", i->what, g->tag);
	r = publish_begin(outputs, dir_fd, dir, name, &p, e);
	if (r >= 0)
		r = reader_copy(
			g->reader, i->from->fd, p->fd, i->limit, QUOTE(i->wanted), &i->to->size, e);
	if (r < 0)
		return r;
	snprintf(i->path, PATH_MAX + 80, "%s%s%s", dir, strcmp(dir, "/") ? "/" : "", name);
	f->publication[f->n++] = p;
	log_verbose("copied %s: %" PRIu64 " bytes", QUOTE(i->guest_path), i->to->size);
	return 0;
}

static int copy_items(struct scope *outputs, struct guest *g, const struct item *items,
	unsigned int n, struct fetched *f, struct err *e)
{
	own_free char *dir = NULL;
	own_fd int dir_fd =
		publish_open_dir(g->plan->output_dir, g->plan->make_output_dir, &dir, e);
	uint64_t bytes = 0;
	int r = dir_fd;

	for (unsigned int i = 0; i < n; i++)
		bytes += items[i].from->size;
	if (r >= 0)
		r = publish_check_space(dir_fd, dir, bytes, e);
	for (unsigned int i = 0; r >= 0 && i < n; i++)
		r = copy_item(outputs, g, &items[i], dir_fd, dir, f, e);
	return r;
}

/* What a dry run answers: where the files are in the guest. */
static void name_uncopied(const struct item *items, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		snprintf(items[i].path, PATH_MAX + 80, "<%s:%s>", items[i].what,
			items[i].guest_path);
}

int fetch_all(struct scope *outputs, struct guest *g, struct fetched *ret, struct err *e)
{
	const struct plan *p = g->plan;
	struct item items[2] = {
		{"kernel", p->entry.kernel, p->max_kernel_size, NULL, &ret->result.kernel,
			ret->kernel_path, ret->kernel_guest_path, ret->kernel_source,
			ret->kernel_fstype},
		{"ramdisk", p->entry.initrd, p->max_initrd_size, NULL, &ret->result.initrd,
			ret->initrd_path, ret->initrd_guest_path, ret->initrd_source,
			ret->initrd_fstype},
	};
	unsigned int n = p->entry.initrd ? 2 : 1;
	int r = 0;

	ret->result.args = p->args;
	ret->result.mapper = g->mapper->name;
	ret->result.dry_run = p->dry_run;
	for (unsigned int i = 0; r >= 0 && i < n; i++)
		r = resolve_item(g, &items[i], e);
	if (r >= 0)
		r = recognise(g, &items[0], ret, e);
	if (r < 0)
		return r;
	if (!p->dry_run)
		return copy_items(outputs, g, items, n, ret, e);
	name_uncopied(items, n);
	return 0;
}

int publish_all(struct fetched *f, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < f->n; i++)
		r = publish_link(f->publication[i], e);
	return r;
}
