/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - one of the guest's filesystems, mapped, recognised, allowed and mounted read-only */
#include "run/mount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "map/layer.h"
#include "run/attach.h"
#include "run/find.h"
#include "run/fstype.h"
#include "run/image.h"
#include "run/reap.h"
#include "sys/btrfs.h"
#include "sys/mnt.h"

/* One filesystem on its way: what is known of it, and the device that is mounted. */
struct candidate {
	struct guest *g;
	const struct mount_request *rq;
	struct blkdev dev;
	struct superblock sb;
	struct fsstate state;
	char subject[200];
};

static int map_volume(struct candidate *c, struct err *e)
{
	struct guest *g = c->g;
	const struct volume *v = c->rq->volume;
	struct map_request rq = {
		.part = v->part, .subject = c->subject, .tag = g->tag, .cancel_fd = g->cancel_fd};
	int r = disk_attach(g, v->disk, e);

	if (r < 0)
		return r;
	rq.disk = &v->disk->dev;
	rq.direct = v->disk->is_device;
	r = mapper_map(g->mapper, g->world, &rq, &v->disk->maps, &c->dev, e);
	if (r >= 0)
		log_verbose("%s is %s", c->subject, c->dev.node);
	return r;
}

/* ---- btrfs: whose devices the kernel takes for its members ---- */

static bool is_ours(void *arg, dev_t rdev)
{
	const struct candidate *c = arg;

	if (c->dev.rdev == rdev)
		return true;
	if (c->state.members <= 1) /* another device of ours would be a clone */
		return false;
	for (size_t i = 0; i < c->g->n_disks; i++) {
		const struct disk *d = c->g->disk[i];

		if (d->attached && d->dev.rdev == rdev)
			return true;
		for (size_t k = 0; k < d->maps.n; k++)
			if (d->maps.at[k].dev.rdev == rdev)
				return true;
	}
	return false;
}

struct registration {
	struct undo undo;
	char node[32];
};

static int registration_undo(struct undo *u, struct err *e)
{
	return btrfs_forget(container_of(u, struct registration, undo)->node, e);
}

static void registration_free(struct undo *u)
{
	free(container_of(u, struct registration, undo));
}

/* A clone of it is mounted in this very run. */
static bool have_mounted(const struct guest *g, const char *fsid)
{
	for (unsigned int i = 0; i < g->n_mounts; i++)
		if (!strcmp(g->mount[i].guest_uuid, fsid))
			return true;
	return false;
}

/*
 * The kernel remembers each device that a btrfs was mounted from: it is made to forget after that,
 * and what a killed run left, before it.
 */
static int register_btrfs(struct scope *s, const struct candidate *c, struct err *e)
{
	struct registration *reg = calloc(1, sizeof(*reg));

	if (!reg)
		return err_set(e, -ENOMEM, "btrfs.forget", "%s", c->subject);
	memcpy(reg->node, c->dev.node, sizeof(reg->node));
	scope_push(s, &reg->undo, reg->node, registration_undo, registration_free);
	return btrfs_forget(reg->node, e);
}

/* ---- the mount itself ---- */

static int mount_registered(struct scope *s, struct candidate *c, bool stale, struct err *e)
{
	char options[512];
	int r;

	fstype_options(c->sb.type, c->rq->subvol, stale, options, sizeof(options));
	r = mnt_filesystem(s, &c->dev, c->sb.type, options, c->rq->target, c->rq->path, e);
	if (r >= 0 && !strcmp(c->sb.type, "btrfs"))
		r = btrfs_check_members(c->rq->path, is_ours, c, c->subject, e);
	if (r >= 0)
		log_verbose("%s: %s mounted with %s", c->subject, c->sb.type, options);
	return r;
}

/*
 * One mount at a time; where the kernel takes no clones, for as long as it is mounted. There
 * waiting for ourselves would be for ever, so the kernel decides.
 */
static int mount_btrfs(struct scope *s, struct candidate *c, bool stale, struct err *e)
{
	SCOPE(turn);
	const char *fsid = c->sb.guest_uuid;
	int r = 0;

	if (btrfs_takes_clones())
		r = btrfs_lock(&turn, fsid, c->g->cancel_fd, e);
	else if (!have_mounted(c->g, fsid))
		r = btrfs_lock(s, fsid, c->g->cancel_fd, e);
	if (r >= 0)
		r = register_btrfs(s, c, e);
	return r < 0 ? r : mount_registered(s, c, stale, e);
}

static int mount_device(struct scope *s, struct candidate *c, bool stale, struct err *e)
{
	if (!strcmp(c->sb.type, "btrfs"))
		return mount_btrfs(s, c, stale, e);
	return mount_registered(s, c, stale, e);
}

/*
 * The kernel itself says that a journal can't be replayed on a read-only device. For a btrfs it
 * says EIO, as it does for corruption: there the superblock tells.
 */
static bool is_refused_as_dirty(const struct candidate *c, int code)
{
	if (!strcmp(c->sb.type, "btrfs"))
		return (code == -EIO || code == -EROFS) && c->state.log_pending;
	return code == -EROFS;
}

static int replay(struct scope *s, struct candidate *c, struct err *e)
{
	const struct blkdev origin = c->dev;
	const struct layer_request rq = {.origin = &origin,
		.limit = c->g->plan->replay_limit,
		.subject = c->subject,
		.tag = c->g->tag,
		.cancel_fd = c->g->cancel_fd};
	const struct layer *layer = layer_choose(c->subject, e);
	int r;

	if (!layer)
		return -EOPNOTSUPP;
	if (layer->device_mapper)
		reap_before_run();
	r = layer->make(s, &rq, &c->dev, e);
	if (r < 0)
		return r;
	r = mount_device(s, c, false, e);
	if (r < 0 && layer->overflowed && layer->overflowed(&c->dev)) {
		*e = (struct err){0};
		r = FAIL(e, -ENOSPC, "mount.replay", "%s", c->subject);
	}
	return r;
}

static int mount_dirty(struct scope *s, struct candidate *c, enum journal *ret, struct err *e)
{
	switch (c->g->plan->dirty) {
	case DIRTY_FAIL:
		FAIL(e, -EUCLEAN, "mount.dirty", "%s", c->subject);
		err_detail(
			e, "its %s journal holds changes that were not written back", c->sb.type);
		return -EUCLEAN;
	case DIRTY_STALE:
		log_warn("%s: its %s journal holds changes, which are not seen (--dirty=stale)",
			c->subject, c->sb.type);
		*ret = JOURNAL_STALE;
		return mount_device(s, c, true, e);
	case DIRTY_REPLAY:
		break;
	}
	log_verbose(
		"%s: its %s journal holds changes: replaying it in memory", c->subject, c->sb.type);
	*ret = JOURNAL_REPLAYED;
	return replay(s, c, e);
}

static const struct mounted *mounted_before(const struct candidate *c)
{
	for (unsigned int i = 0; i < c->g->n_mounts; i++) {
		const struct mounted *m = &c->g->mount[i];

		if (m->volume.disk == c->rq->volume->disk && m->volume.part == c->rq->volume->part)
			return m;
	}
	return NULL;
}

/*
 * Another subvolume of it: on the same device, whose journal has been seen to and which the kernel
 * is made to forget when the first mount is undone.
 */
static int mount_again(struct scope *s, struct candidate *c, const struct mounted *before,
	enum journal *ret, struct err *e)
{
	c->dev = before->dev;
	*ret = before->journal;
	return mount_registered(s, c, before->journal == JOURNAL_STALE, e);
}

/* A clean filesystem mounts; a dirty one is refused by the kernel, before anything is written. */
static int mount_candidate(struct scope *s, struct candidate *c, enum journal *ret, struct err *e)
{
	const struct mounted *before = mounted_before(c);
	struct err why = {0};
	int r;

	if (before)
		return mount_again(s, c, before, ret, e);
	{
		SCOPE(plain);

		r = mount_device(&plain, c, false, &why);
		if (r >= 0) {
			*ret = JOURNAL_CLEAN;
			scope_splice(s, &plain);
			return 0;
		}
	}
	if (is_refused_as_dirty(c, r))
		return mount_dirty(s, c, ret, e);
	*e = why;
	return r;
}

static int check_type(const struct candidate *c, struct err *e)
{
	char image[IMAGE_TEXT_MAX];
	int r = fstype_check(c->g->plan, &c->sb, c->subject, e);

	if (r != -ENODATA)
		return r;
	image_explain(c->g, c->rq->volume->disk, image);
	return image[0] ? err_detail(e, "%s", image) : r;
}

/* Only the filesystem's own superblock can say so before the kernel acts on it. */
static int check_state(struct candidate *c, struct err *e)
{
	int r = reader_fsstate(c->g->reader, c->dev.fd, c->sb.type, c->subject, &c->state, e);

	if (r < 0 || !c->state.external_journal)
		return r;
	FAIL(e, -EMEDIUMTYPE, "mount.journal", "%s", c->subject);
	return err_detail(
		e, "its journal lies on another device, named by a number that is this host's");
}

int mount_volume(struct guest *g, struct scope *s, const struct mount_request *rq,
	struct mounted *ret, struct err *e)
{
	SCOPE(attempt);
	struct candidate c = {.g = g, .rq = rq};
	enum journal journal = JOURNAL_CLEAN;
	int r;

	volume_subject(rq->volume, c.subject, sizeof(c.subject));
	r = map_volume(&c, e);
	if (r >= 0)
		r = reader_superblock(g->reader, c.dev.fd, 0, c.dev.size, c.subject, &c.sb, e);
	if (r >= 0)
		r = check_type(&c, e);
	if (r >= 0)
		r = check_state(&c, e);
	if (r >= 0)
		r = mount_candidate(&attempt, &c, &journal, e);
	if (r < 0)
		return r;
	scope_splice(s, &attempt);
	ret->volume = *rq->volume;
	ret->dev = c.dev;
	ret->journal = journal;
	memcpy(ret->fstype, c.sb.type, sizeof(ret->fstype));
	memcpy(ret->guest_uuid, c.sb.guest_uuid, sizeof(ret->guest_uuid));
	return 0;
}

int mount_in_tree(struct guest *g, const struct volume *v, const char *target,
	const char *guest_dir, const char *subvol, struct err *e)
{
	struct mounted *m = &g->mount[g->n_mounts];
	char path[sizeof(TREE_DIR) + sizeof(m->guest_dir)];
	const struct mount_request rq = {
		.volume = v, .target = target, .path = path, .subvol = subvol};
	int r;

	if (g->n_mounts == MOUNTS_MAX)
		return FAIL(e, -ELOOP, "mount.many", "%s", QUOTE(guest_dir));
	snprintf(path, sizeof(path), TREE_DIR "%s", strcmp(guest_dir, "/") ? guest_dir : "");
	r = mount_volume(g, g->world, &rq, m, e);
	if (r < 0)
		return r;
	snprintf(m->guest_dir, sizeof(m->guest_dir), "%s", guest_dir);
	g->n_mounts++;
	return 0;
}

const char *mount_journal_name(enum journal journal)
{
	static const char *const names[] = {[JOURNAL_CLEAN] = "clean",
		[JOURNAL_REPLAYED] = "replayed",
		[JOURNAL_STALE] = "stale"};

	return names[journal];
}

static bool is_under(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strcmp(dir, "/") || (!strncmp(path, dir, len) && (path[len] == '/' || !path[len]));
}

const struct mounted *mount_holding(const struct guest *g, const char *guest_path)
{
	const struct mounted *best = NULL;

	for (unsigned int i = 0; i < g->n_mounts; i++) {
		const struct mounted *m = &g->mount[i];

		if (is_under(guest_path, m->guest_dir) &&
			(!best || strlen(m->guest_dir) >= strlen(best->guest_dir)))
			best = m;
	}
	return best;
}
