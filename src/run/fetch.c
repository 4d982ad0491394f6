/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - kernel and initrd, recognised and copied, but not published yet */
#include "run/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "run/mount.h"
#include "run/resolve.h"

/* One of the two files on its way. */
struct item {
	const char *wanted; /* the entry's path */
	const char *option; /* what raises its limit */
	uint64_t limit;	    /* bytes */
	struct resolved *from;
	struct fetched_file *to;
};

static int resolve_item(struct guest *g, struct item *i, struct err *e)
{
	int r = resolve_file(g, i->wanted, &i->from, e);

	if (r < 0)
		return r;
	if (i->from->size > i->limit) {
		FAIL(e, -EFBIG, "fetch.limit", "%s", QUOTE(i->wanted));
		return err_detail(e, "it has %" PRIu64 " bytes, %s is %" PRIu64, i->from->size,
			i->option, i->limit);
	}
	snprintf(i->to->guest_path, sizeof(i->to->guest_path), "%s", i->from->guest_path);
	snprintf(i->to->source, sizeof(i->to->source), "%s", i->from->on->volume.name);
	snprintf(i->to->fstype, sizeof(i->to->fstype), "%s", i->from->on->fstype);
	i->to->journal = i->from->on->journal;
	i->to->size = i->from->size;
	return 0;
}

static int recognise(struct guest *g, const struct item *i, struct kernel_info *ret, struct err *e)
{
	int r = reader_kernel(g->reader, i->from->fd, QUOTE(i->wanted), ret, e);

	if (r < 0)
		return r;
	if (ret->kind == KERNEL_UNKNOWN && !g->plan->any_kernel)
		return FAIL(e, -ENOEXEC, "fetch.kernel", "%s", QUOTE(i->wanted));
	log_verbose("kernel: %s %s %s", kernel_kind_name(ret->kind), ret->arch, ret->version);
	return 0;
}

/* ---- the first extraction ---- */

static int begin_copy(struct scope *outputs, struct guest *g, struct fetched_file *to, int dir_fd,
	const char *dir, struct err *e)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", to->what, g->tag);
	snprintf(to->path, sizeof(to->path), "%s%s%s", dir, strcmp(dir, "/") ? "/" : "", name);
	return publish_begin(outputs, dir_fd, dir, name, &to->copy, e);
}

/* An earlier extraction may have left more in it than there is now. */
static int copy_item(struct guest *g, const struct item *i, struct err *e)
{
	const struct copy_request rq = {.in_fd = i->from->fd,
		.out_fd = i->to->copy->fd,
		.limit = i->limit,
		.checksum = g->plan->checksum,
		.subject = QUOTE(i->wanted)};
	struct copied copied;
	int r = STEP(e, "fetch.truncate", rq.subject, ftruncate(rq.out_fd, 0));

	if (r >= 0)
		r = reader_copy(g->reader, &rq, &copied, e);
	if (r < 0)
		return r;
	i->to->size = copied.bytes;
	if (rq.checksum)
		digest_text(copied.sha256, i->to->sha256);
	log_verbose("copied %s: %" PRIu64 " bytes%s%s", QUOTE(i->to->guest_path), copied.bytes,
		rq.checksum ? ", SHA-256 " : "", i->to->sha256);
	return 0;
}

static int copy_items(struct scope *outputs, struct guest *g, const struct item *items,
	unsigned int n, struct err *e)
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
	for (unsigned int i = 0; r >= 0 && i < n; i++) {
		if (!items[i].to->copy)
			r = begin_copy(outputs, g, items[i].to, dir_fd, dir, e);
		if (r >= 0)
			r = copy_item(g, &items[i], e);
	}
	return r;
}

/* ---- another one, which is to agree with it ---- */

static int compare_items(
	struct guest *g, const struct item *items, unsigned int n, struct fetched *f, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < n; i++) {
		r = reader_compare(g->reader, items[i].from->fd, items[i].to->copy->fd,
			QUOTE(items[i].wanted), e);
		if (r != 0)
			continue;
		f->differs = true;
		r = copy_item(g, &items[i], e);
	}
	return r < 0 ? r : 0;
}

/* What a dry run answers: where the files are in the guest. */
static void name_uncopied(struct fetched *f)
{
	for (unsigned int i = 0; i < f->n; i++) {
		char name[sizeof(f->file[i].path)];

		snprintf(name, sizeof(name), "<%s:%s>", f->file[i].what, f->file[i].guest_path);
		memcpy(f->file[i].path, name, strlen(name) + 1);
	}
}

static int take(struct scope *outputs, struct guest *g, const struct item *items, unsigned int n,
	struct fetched *f, struct err *e)
{
	if (g->plan->dry_run) {
		name_uncopied(f);
		return 0;
	}
	if (f->file[n - 1].copy)
		return compare_items(g, items, n, f, e);
	return copy_items(outputs, g, items, n, e);
}

int fetch_all(struct scope *outputs, struct guest *g, struct fetched *f, struct err *e)
{
	const struct plan *p = g->plan;
	struct item items[2] = {
		{p->entry.kernel, "--max-kernel-size", p->max_kernel_size, NULL, &f->file[0]},
		{p->entry.initrd, "--max-initrd-size", p->max_initrd_size, NULL, &f->file[1]},
	};
	int r = 0;

	f->n = p->entry.initrd ? 2 : 1;
	f->mapper = g->mapper->name;
	f->file[0].what = "kernel";
	f->file[1].what = "ramdisk";
	for (unsigned int i = 0; r >= 0 && i < f->n; i++)
		r = resolve_item(g, &items[i], e);
	if (r >= 0)
		r = recognise(g, &items[0], &f->kernel, e);
	return r < 0 ? r : take(outputs, g, items, f->n, f, e);
}

static struct result_file view(const struct fetched_file *file)
{
	return (struct result_file){.path = file->path,
		.guest_path = file->guest_path,
		.source = file->source,
		.fstype = file->fstype,
		.journal = mount_journal_name(file->journal),
		.size = file->size,
		.sha256 = file->sha256};
}

struct result fetch_result(const struct fetched *f, const struct plan *p)
{
	struct result r = {.kernel = view(&f->file[0]),
		.args = p->args,
		.kernel_kind = kernel_kind_name(f->kernel.kind),
		.kernel_version = f->kernel.version,
		.kernel_compression = f->kernel.compression,
		.kernel_arch = f->kernel.arch,
		.mapper = f->mapper,
		.in_use = f->in_use,
		.dry_run = p->dry_run};

	if (f->n > 1)
		r.initrd = view(&f->file[1]);
	return r;
}

int publish_all(struct fetched *f, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < f->n; i++)
		if (f->file[i].copy)
			r = publish_link(f->file[i].copy, e);
	return r;
}
