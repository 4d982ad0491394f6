/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch - identify and copy the kernel and the initrds, not yet under their final names */
#include "kernels/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "fs/stamp.h"
#include "reader/reader.h"
#include "source/source.h"

_Static_assert(RESULT_PARTS_MAX >= ENTRY_INITRDS_MAX, "an answer names all parts");
_Static_assert(sizeof(((struct result_part *)0)->stamp) >= STAMP_SIZE &&
		       sizeof(((struct result_part *)0)->source) == VOLUME_NAME_MAX,
	"a part has room");

/* The kernel expects each further initrd archive at a multiple of this. */
#define ARCHIVE_ALIGN 4

/* One of the guest's files. */
struct item {
	const char *wanted; /* the path in the entry */
	struct source_file from;
	struct result_part *part;
	struct fetched_file *to;    /* to->is.size: end of the parts before this one */
	struct kernel_info *unpack; /* NULL: copy it unchanged */
};

struct items {
	struct item item[1 + ENTRY_INITRDS_MAX];
	unsigned int n;
};

static uint64_t limit_of(const struct guest *g, const struct fetched_file *to)
{
	return strcmp(to->what, "kernel") ? g->plan->max_initrd_size : g->plan->max_kernel_size;
}

/* Offset of the next part in the copy. */
static uint64_t next_at(const struct fetched_file *to)
{
	return (to->is.size + ARCHIVE_ALIGN - 1) / ARCHIVE_ALIGN * ARCHIVE_ALIGN;
}

static int check_limit(struct guest *g, const struct item *i, uint64_t at, struct err *e)
{
	uint64_t limit = limit_of(g, i->to);
	const char *option =
		strcmp(i->to->what, "kernel") ? "--max-initrd-size" : "--max-kernel-size";

	if (at <= limit && i->from.size <= limit - at)
		return 0;
	FAIL(e, -EFBIG, "fetch.limit", "%s", QUOTE(i->wanted));
	if (at == 0)
		return err_detail(
			e, "it has %" PRIu64 " bytes, %s is %" PRIu64, i->from.size, option, limit);
	return err_detail(e, "it has %" PRIu64 " bytes after %" PRIu64 " others, %s is %" PRIu64,
		i->from.size, at, option, limit);
}

static int resolve_item(struct guest *g, struct item *i, struct err *e)
{
	struct result_part *part = i->part;
	uint64_t at = next_at(i->to);
	int r = g->source->open(g, i->wanted, SOURCE_FOLLOW, &i->from, e);

	if (r >= 0)
		r = check_limit(g, i, at, e);
	if (r < 0)
		return r;
	fetch_describe(&i->from, part);
	i->to->is.size = at + i->from.size;
	if (g->plan->stamps)
		r = stamp_read(i->from.fd, i->from.guest_uuid, part->stamp, e);
	return r < 0 ? r : 0;
}

static void add_item(struct items *items, const char *wanted, struct fetched_file *to)
{
	items->item[items->n++] = (struct item){
		.wanted = wanted, .from.fd = -1, .part = &to->is.part[to->is.n_parts++], .to = to};
}

static int resolve_items(struct guest *g, struct items *items, struct fetched *f, struct err *e)
{
	const struct entry *entry = &g->plan->entry;
	int r = 0;

	for (unsigned int i = 0; i < 2; i++) {
		f->file[i].what = i ? "ramdisk" : "kernel";
		f->file[i].is.n_parts = 0;
		f->file[i].is.size = 0;
	}
	f->n = entry->n_initrds ? 2 : 1;
	add_item(items, entry->kernel, &f->file[0]);
	for (unsigned int i = 0; i < entry->n_initrds; i++)
		add_item(items, entry->initrd[i], &f->file[1]);
	for (unsigned int i = 0; r >= 0 && i < items->n; i++)
		r = resolve_item(g, &items->item[i], e);
	return r;
}

/*
 * Facts inside a compressed kernel cost a decompression, so read them only if the output format
 * prints them. Returns the decompression limit in bytes, or 0.
 */
static uint64_t worth_unpacking(const struct plan *p)
{
	return p->emitter->tells_inside ? p->max_kernel_size : 0;
}

static int fetch_recognise(struct guest *g, struct item *i, struct kernel_info *ret, struct err *e)
{
	const struct plan *p = g->plan;
	bool unpack = p->decompress && !p->dry_run;
	uint64_t limit = unpack ? 0 : worth_unpacking(p);
	int r = reader_kernel(g->reader, i->from.fd, limit, QUOTE(i->wanted), ret, e);

	if (r < 0)
		return r;
	if (ret->kind == KERNEL_UNKNOWN && !p->any_kernel)
		return FAIL(e, -ENOEXEC, "fetch.kernel", "%s", QUOTE(i->wanted));
	if (unpack && ret->kind != KERNEL_UNKNOWN && !kernel_is_bare(ret))
		i->unpack = ret;
	log_verbose("kernel: %s %s %s", kernel_kind_name(ret->kind), ret->arch, ret->version);
	return 0;
}

/* ---- the first attempt: copy ---- */

static int begin_copy(struct scope *outputs, struct guest *g, struct fetched_file *to, int dir_fd,
	const char *dir, struct err *e)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", to->what, g->tag);
	snprintf(
		to->is.path, sizeof(to->is.path), "%s%s%s", dir, strcmp(dir, "/") ? "/" : "", name);
	return publish_begin(outputs, dir_fd, dir, name, &to->copy, e);
}

static int unpack_item(struct guest *g, struct item *i, const struct copy_request *rq,
	struct copied *ret, struct err *e)
{
	struct unpacked unpacked;
	int r = reader_unpack(g->reader, rq, &unpacked, e);

	if (r < 0)
		return r;
	*ret = unpacked.copied;
	*i->unpack = unpacked.kernel;
	return 0;
}

static int copy_item(struct guest *g, struct item *i, struct err *e)
{
	const uint64_t limit = limit_of(g, i->to), at = next_at(i->to);
	struct copy_image image = {.extents_fd = -1};
	const bool in_image = g->source->image(g, &i->from, &image);
	const struct copy_request rq = {.in_fd = i->from.fd,
		.out_fd = i->to->copy->fd,
		.at = at,
		.limit = limit > at ? limit - at : 0,
		.checksum = g->plan->checksum,
		.subject = QUOTE(i->wanted),
		.image = in_image ? &image : NULL};
	struct copied copied;
	int r = i->unpack ? unpack_item(g, i, &rq, &copied, e)
			  : reader_copy(g->reader, &rq, &copied, e);

	if (in_image)
		close(image.extents_fd);
	if (r < 0)
		return r;
	i->part->size = copied.bytes;
	i->to->is.size = at + copied.bytes;
	if (rq.checksum)
		digest_text(copied.sha256, i->to->is.sha256);
	log_verbose("copied %s: %" PRIu64 " bytes%s%s", QUOTE(i->part->guest_path), copied.bytes,
		rq.checksum ? ", SHA-256 " : "", i->to->is.sha256);
	return 0;
}

/* An earlier attempt may have written a longer file. */
static int fetch_copy_file(
	struct guest *g, struct items *items, struct fetched_file *to, struct err *e)
{
	int r = STEP(
		e, "fetch.truncate", QUOTE(to->is.part[0].guest_path), ftruncate(to->copy->fd, 0));

	to->is.size = 0;
	for (unsigned int i = 0; r >= 0 && i < items->n; i++)
		if (items->item[i].to == to)
			r = copy_item(g, &items->item[i], e);
	return r;
}

static int copy_files(struct scope *outputs, struct guest *g, struct items *items,
	struct fetched *f, struct err *e)
{
	own_free char *dir = NULL;
	own_fd int dir_fd =
		publish_open_dir(g->plan->output_dir, g->plan->make_output_dir, &dir, e);
	uint64_t bytes = 0;
	int r = dir_fd;

	for (unsigned int i = 0; i < f->n; i++)
		bytes += f->file[i].is.size;
	if (r >= 0)
		r = publish_check_space(dir_fd, dir, bytes, e);
	for (unsigned int i = 0; r >= 0 && i < f->n; i++) {
		if (!f->file[i].copy)
			r = begin_copy(outputs, g, &f->file[i], dir_fd, dir, e);
		if (r >= 0)
			r = fetch_copy_file(g, items, &f->file[i], e);
	}
	return r;
}

/* ---- a later attempt: compare ---- */

static int compare_unpacked(struct guest *g, struct item *i, struct err *e)
{
	const struct copy_request rq = {.in_fd = i->from.fd,
		.out_fd = i->to->copy->fd,
		.limit = limit_of(g, i->to),
		.subject = QUOTE(i->wanted)};
	struct unpacked unpacked;
	int r = reader_compare_unpacked(g->reader, &rq, &unpacked, e);

	if (r > 0) {
		i->part->size = unpacked.copied.bytes;
		*i->unpack = unpacked.kernel;
	}
	return r;
}

static int compare_item(struct guest *g, struct item *i, struct err *e)
{
	uint64_t at = next_at(i->to);
	int r = i->unpack ? compare_unpacked(g, i, e)
			  : reader_compare(g->reader, i->from.fd, i->to->copy->fd, at,
				    QUOTE(i->wanted), &i->part->size, e);

	if (r > 0)
		i->to->is.size = at + i->part->size;
	return r;
}

/* Returns 1 if the copy equals all parts, and nothing follows them. */
static int compare_file(
	struct guest *g, struct items *items, struct fetched_file *to, struct err *e)
{
	int r = 1;

	to->is.size = 0;
	for (unsigned int i = 0; r > 0 && i < items->n; i++)
		if (items->item[i].to == to)
			r = compare_item(g, &items->item[i], e);
	return r > 0 ? lseek(to->copy->fd, 0, SEEK_END) == (off_t)to->is.size : r;
}

static int compare_files(struct guest *g, struct items *items, struct fetched *f, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < f->n; i++) {
		r = compare_file(g, items, &f->file[i], e);
		if (r != 0)
			continue;
		f->differs = true;
		r = fetch_copy_file(g, items, &f->file[i], e);
	}
	return r < 0 ? r : 0;
}

static void fetch_add_text(struct fetched_file *file, const char *text)
{
	size_t have = strlen(file->is.path), len = strlen(text);

	if (len < sizeof(file->is.path) - have)
		memcpy(file->is.path + have, text, len + 1);
}

/* In a dry run the paths are those in the guest. */
static void name_uncopied(struct fetched *f)
{
	for (unsigned int i = 0; i < f->n; i++) {
		struct fetched_file *file = &f->file[i];

		file->is.path[0] = '\0';
		fetch_add_text(file, "<");
		fetch_add_text(file, file->what);
		for (unsigned int k = 0; k < file->is.n_parts; k++) {
			fetch_add_text(file, k ? "," : ":");
			fetch_add_text(file, file->is.part[k].guest_path);
		}
		fetch_add_text(file, ">");
	}
}

static int fetch_take(struct scope *outputs, struct guest *g, struct items *items,
	struct fetched *f, struct err *e)
{
	if (g->plan->dry_run) {
		name_uncopied(f);
		return 0;
	}
	if (f->file[f->n - 1].copy)
		return compare_files(g, items, f, e);
	return copy_files(outputs, g, items, f, e);
}

/* The tree cannot be unmounted while its files are open. */
static void close_items(struct items *items)
{
	for (unsigned int i = 0; i < items->n; i++)
		if (items->item[i].from.fd >= 0)
			close(items->item[i].from.fd);
}

int fetch_all(struct scope *outputs, struct guest *g, struct fetched *f, struct err *e)
{
	own_free struct items *items = calloc(1, sizeof(*items));
	int r;

	if (!items)
		return err_set(e, -ENOMEM, "resolve.tree", "%s", "");
	r = resolve_items(g, items, f, e);

	f->mapper = g->mapper->name;
	if (r >= 0)
		r = fetch_recognise(g, &items->item[0], &f->kernel, e);
	f->unpacked = r >= 0 && items->item[0].unpack;
	if (r >= 0)
		r = fetch_take(outputs, g, items, f, e);
	close_items(items);
	return r < 0 ? r : modules_look(g, f->kernel.version, &f->modules, e);
}

void fetch_describe(const struct source_file *from, struct result_part *to)
{
	*to = (struct result_part){.journal = journal_name(from->journal), .size = from->size};
	memcpy(to->guest_path, from->guest_path, sizeof(to->guest_path));
	memcpy(to->source, from->volume, sizeof(to->source));
	memcpy(to->fstype, from->fstype, sizeof(to->fstype));
}

struct result fetch_result(const struct fetched *f, const struct plan *p)
{
	return (struct result){.kernel = &f->file[0].is,
		.initrd = f->n > 1 ? &f->file[1].is : NULL,
		.args = p->args,
		.kernel_kind = kernel_kind_name(f->kernel.kind),
		.kernel_version = f->kernel.version,
		.kernel_compression = f->kernel.compression,
		.kernel_arch = f->kernel.arch,
		.kernel_unpacked = f->unpacked,
		.modules_known = f->modules != MODULES_UNKNOWN,
		.modules = f->modules == MODULES_THERE,
		.xen_known = f->kernel.xen & XEN_LOOKED,
		.xen_pv = f->kernel.xen & XEN_PV,
		.xen_pvh = f->kernel.xen & XEN_PVH,
		.mapper = f->mapper,
		.in_use = f->in_use,
		.dry_run = p->dry_run};
}

int fetch_publish(struct fetched *f, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < f->n; i++)
		if (f->file[i].copy)
			r = publish_link(f->file[i].copy, e);
	return r;
}
