/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm - find the logical volumes on the guest's disks, on first use */
#include "disks/lvm.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "block/lvm_tool.h"
#include "disks/attach.h"
#include "sys/tool.h"

struct lvm {
	struct undo undo;
	unsigned int n;
	struct volume pv[LVM_PVS_MAX];
	struct lvm_report report;
	struct {
		bool mapped;
		struct blkdev dev;
		struct superblock *superblock; /* NULL: not read */
	} lv[LVM_LVS_MAX];
};

/* ---- the physical volumes ---- */

int lvm_is_member(struct guest *g, const struct volume *v, struct err *e)
{
	const struct superblock *sb;
	struct err why = {0};
	int r = v->lv ? 0 : partition_superblock(g, v, &sb, &why);

	if (r > 0)
		return !strcmp(sb->type, "LVM2_member");
	if (r == 0 || volume_is_to_blame(&why))
		return 0;
	*e = why;
	return r;
}

static const char *uuid_of(struct guest *g, const struct volume *v, struct err *e)
{
	const struct superblock *sb;

	return partition_superblock(g, v, &sb, e) > 0 ? sb->guest_uuid : "";
}

/* Refused because lvm would silently choose one of the two. */
static int check_clones(struct guest *g, const struct lvm *l, const struct volume *v,
	const char *uuid, struct err *e)
{
	for (unsigned int i = 0; i < l->n; i++) {
		if (strcmp(uuid_of(g, &l->pv[i], e), uuid) != 0)
			continue;
		FAIL(e, -ENOTUNIQ, "lvm.clones", "%s and %s", l->pv[i].name, v->name);
		return err_detail(e, "both have the physical volume %s", QUOTE(uuid));
	}
	return 0;
}

static int lvm_collect(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct lvm *l = arg;
	int r = lvm_is_member(g, v, e);

	if (r <= 0)
		return r;
	if (l->n == LVM_PVS_MAX)
		return FAIL(e, -E2BIG, "lvm.many", "%s", v->name);
	r = check_clones(g, l, v, uuid_of(g, v, e), e);
	if (r >= 0)
		l->pv[l->n++] = *v;
	return r;
}

/* ---- lvm's report ---- */

/* Loop devices for lvm alone, whatever the mapper; detached as soon as lvm has ended. */
static int attach_all(struct guest *g, struct scope *s, const struct lvm *l,
	struct blkdev dev[LVM_PVS_MAX], struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < l->n; i++) {
		own_free struct maps *maps = calloc(1, sizeof(*maps));

		if (!maps)
			return err_set(e, -ENOMEM, "lvm.memory", "%s", l->pv[i].name);
		r = partition_map(g, &map_loop, s, &l->pv[i], maps, &dev[i], e);
	}
	return r;
}

static int ask_about(struct guest *g, struct scope *devices, struct lvm *l, struct err *e)
{
	struct blkdev dev[LVM_PVS_MAX];
	const struct lvm_request rq = {
		.pv = dev, .n = l->n, .uid = g->plan->runas, .cancel_fd = g->cancel_fd};
	own_fd int fd = -1;
	int r;

	r = attach_all(g, devices, l, dev, e);
	if (r >= 0)
		r = lvm_report(&rq, &fd, e);
	if (r >= 0)
		r = reader_lvm(g->reader, fd, l->n, &l->report, e);
	return r;
}

/* A loop device that cannot be detached is an error. */
static int ask_lvm(struct guest *g, struct lvm *l, struct err *e)
{
	SCOPE(devices);
	int r;

	if (!tool_exists(LVM_TOOL))
		return FAIL(e, -ENOENT, "lvm.tool", "%s", l->pv[0].name);
	r = ask_about(g, &devices, l, e);
	return scope_unwind(&devices, e) > 0 && r >= 0 ? e->code : r;
}

static void lvm_free(struct undo *u)
{
	struct lvm *l = container_of(u, struct lvm, undo);

	for (unsigned int i = 0; i < LVM_LVS_MAX; i++)
		free(l->lv[i].superblock);
	free(l);
}

static int load(struct guest *g, struct err *e)
{
	struct lvm *l;
	int r;

	if (g->lvm)
		return 0;
	l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(e, -ENOMEM, "lvm.memory", "%s", "");
	scope_push(g->world, &l->undo, "lvm", NULL, lvm_free);
	r = partition_each(g, lvm_collect, l, e);
	if (r >= 0 && l->n > 0)
		r = ask_lvm(g, l, e);
	if (r < 0)
		return r;
	if (l->n > 0)
		log_verbose("LVM: %u logical volumes on %u physical ones", l->report.n_lvs, l->n);
	g->lvm = l;
	return 0;
}

/* ---- the logical volumes ---- */

/* At least one device of a group is present, or lvm would not have reported it. */
static struct volume volume_of_lv(const struct lvm *l, const struct lvm_lv *lv)
{
	struct volume v = {.disk = l->pv[0].disk, .lv = lv};

	for (unsigned int i = 0; i < l->report.n_pvs; i++) {
		const struct lvm_pv *pv = &l->report.pv[i];

		if (pv->vg == lv->vg && pv->device >= 0) {
			v.disk = l->pv[pv->device].disk;
			break;
		}
	}
	memcpy(v.name, lv->guest_name, sizeof(v.name));
	return v;
}

int lvm_each(struct guest *g, volume_fn each, void *arg, struct err *e)
{
	int r = load(g, e);

	for (unsigned int i = 0; r == 0 && i < g->lvm->report.n_lvs; i++) {
		struct volume v = volume_of_lv(g->lvm, &g->lvm->report.lv[i]);

		r = each(g, &v, arg, e);
	}
	return r;
}

static size_t index_of(const struct guest *g, const struct lvm_lv *lv)
{
	return (size_t)(lv - g->lvm->report.lv);
}

/* ---- mapping ---- */

static int fail_kind(const struct volume *v, struct err *e)
{
	FAIL(e, -EOPNOTSUPP, "lvm.kind", "%s", v->name);
	return err_detail(
		e, "its type is %s; only linear and striped volumes are supported", v->lv->kind);
}

/* The report does not say which missing device the volume needs, so all are listed. */
static int fail_missing(const struct lvm *l, const struct volume *v, struct err *e)
{
	char all[300] = "";

	for (unsigned int i = 0; i < l->report.n_pvs; i++) {
		const struct lvm_pv *pv = &l->report.pv[i];

		if (pv->vg == v->lv->vg && pv->device < 0)
			text_list(all, sizeof(all), ", ", "%s", pv->guest_uuid);
	}
	FAIL(e, -ENXIO, "lvm.missing", "%s", v->name);
	return err_detail(e, "no specified disk has the physical volume %s", all);
}

static uint64_t size_of(const struct volume *pv)
{
	const struct disk *d = pv->disk;
	uint64_t size = pv->part ? pv->part->size : d->size;
	uint64_t room = pv->part ? d->size - pv->part->start : d->size;

	return size < room ? size : room;
}

static int take_area(struct guest *g, const struct volume *v, const struct lvm_area *from,
	uint64_t size, struct area *to, struct err *e)
{
	const struct volume *pv;
	int r;

	if (from->device < 0)
		return fail_missing(g->lvm, v, e);
	pv = &g->lvm->pv[from->device];
	if (from->start > size_of(pv) || size > size_of(pv) - from->start) {
		FAIL(e, -ENXIO, "lvm.range", "%s", v->name);
		return err_detail(e, "%" PRIu64 " bytes at %" PRIu64 " of %s, which has %" PRIu64,
			size, from->start, pv->name, size_of(pv));
	}
	r = disk_attach(g, pv->disk, e);
	if (r < 0)
		return r;
	*to = (struct area){
		.dev = &pv->disk->dev, .start = from->start + (pv->part ? pv->part->start : 0)};
	return 0;
}

/* A volume as segments, and the areas on the disks that they refer to. */
struct layout {
	bool direct;
	struct piece piece[LVM_SEGMENTS_MAX];
	struct area area[LVM_AREAS_MAX];
};

static int lay_out(struct guest *g, const struct volume *v, struct layout *to, struct err *e)
{
	const struct lvm_report *report = &g->lvm->report;
	unsigned int n = 0;
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < v->lv->n_segments; i++) {
		const struct lvm_segment *s = &report->segment[v->lv->first_segment + i];

		to->piece[i] = (struct piece){.size = s->size,
			.stripe_size = s->stripe_size,
			.n = s->n_areas,
			.area = &to->area[n]};
		for (unsigned int k = 0; r >= 0 && k < s->n_areas; k++)
			r = take_area(g, v, &report->area[s->first_area + k], s->size / s->n_areas,
				&to->area[n++], e);
	}
	return r;
}

bool lvm_is_one_piece(const struct guest *g, const struct lvm_lv *lv, const struct disk **ret_disk,
	uint64_t *ret_start)
{
	const struct lvm_segment *s = &g->lvm->report.segment[lv->first_segment];
	const struct lvm_area *area = &g->lvm->report.area[s->first_area];
	const struct volume *pv;

	if (lv->n_segments != 1 || s->n_areas != 1)
		return false;
	pv = &g->lvm->pv[area->device];
	*ret_disk = pv->disk;
	*ret_start = area->start + (pv->part ? pv->part->start : 0);
	return true;
}

static int map_lv(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e)
{
	own_free struct layout *layout = calloc(1, sizeof(*layout));
	char subject[VOLUME_SUBJECT_MAX];
	struct pieces_request rq = {.n = v->lv->n_segments,
		.number = (unsigned int)index_of(g, v->lv),
		.subject = volume_subject(v, subject, sizeof(subject)),
		.tag = g->tag,
		.direct = v->disk->is_device};
	int r;

	if (!layout)
		return err_set(e, -ENOMEM, "lvm.memory", "%s", v->name);
	r = lay_out(g, v, layout, e);
	if (r < 0)
		return r;
	rq.piece = layout->piece;
	return g->mapper->map_pieces(g->world, &rq, ret, e);
}

int lvm_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e)
{
	size_t i = index_of(g, v->lv);

	if (v->lv->kind[0])
		return fail_kind(v, e);
	if (!g->lvm->lv[i].mapped) {
		int r = map_lv(g, v, &g->lvm->lv[i].dev, e);

		if (r < 0)
			return r;
		g->lvm->lv[i].mapped = true;
	}
	*ret = g->lvm->lv[i].dev;
	return 0;
}

static int lvm_read_superblock(
	struct guest *g, const struct volume *v, struct superblock *sb, struct err *e)
{
	char subject[VOLUME_SUBJECT_MAX];
	struct blkdev dev;
	int r = lvm_map(g, v, &dev, e);

	if (r < 0)
		return r;
	log_verbose("%s is %s", volume_subject(v, subject, sizeof(subject)), dev.node);
	return reader_superblock(g->reader, dev.fd, 0, dev.size, subject, sb, e);
}

int lvm_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e)
{
	return superblock_once(
		&g->lvm->lv[index_of(g, v->lv)].superblock, lvm_read_superblock, g, v, ret, e);
}
