/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - identify a guest's filesystem and mount it read-only */
#include "mount/mount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/leftovers.h"
#include "disks/disk.h"
#include "disks/find.h"
#include "disks/volume.h"
#include "fs/btrfs.h"
#include "fs/mnt.h"
#include "map/layer.h"
#include "mount/btrfs_devices.h"
#include "mount/fstype.h"

/* Whether this run has mounted a btrfs of this UUID. */
static bool have_mounted(const struct guest *g, const char *fsid)
{
	for (unsigned int i = 0; i < g->tree->n_mounts; i++)
		if (!strcmp(g->tree->mount[i].sb.guest_uuid, fsid))
			return true;
	return false;
}

static bool is_btrfs(const struct filesystem *c)
{
	return !strcmp(c->sb.type, "btrfs");
}

/* ---- the mount itself ---- */

static int mount_with(
	struct scope *s, struct filesystem *c, const char *subvol, bool stale, struct err *e)
{
	char options[512];
	int r;

	fstype_options(c->sb.type, subvol, stale, options, sizeof(options));
	r = mnt_filesystem(s, &c->dev, c->sb.type, options,
		&(struct mnt_where){PLACE_DIR, c->rq->target, c->rq->path}, e);
	if (r >= 0)
		log_verbose("%s: %s mounted with %s", c->subject, c->sb.type, options);
	return r;
}

/* The kernel refused the filesystem, as opposed to a failure of our own. */
static bool is_refused(const struct err *e)
{
	return !strcmp(e->step, "mnt.mount");
}

/*
 * For a missing subvolume the kernel reports an error that has other causes, too. If the top-level
 * subvolume can be mounted, the named one is missing, and the existing ones can be listed.
 */
static int explain_subvol(struct filesystem *c, bool stale, int code, struct err *e)
{
	SCOPE(top);
	char names[256] = "";
	struct err ignored = {0};

	if (!is_refused(e) || (code != -ENOENT && code != -EINVAL && code != -ENOTDIR))
		return code;
	if (mount_with(&top, c, SUBVOL_TOP, stale, &ignored) < 0)
		return code;
	btrfs_list(c->rq->path, names, sizeof(names));
	*e = (struct err){0};
	FAIL(e, -ENOENT, "mount.subvol", "%s of %s", QUOTE(c->rq->subvol), c->subject);
	return err_detail(e, "it has %s", names[0] ? names : "no other");
}

static int mount_registered(struct scope *s, struct filesystem *c, bool stale, struct err *e)
{
	int r = mount_with(s, c, c->rq->subvol, stale, e);

	return r < 0 && is_btrfs(c) && c->rq->subvol[0] ? explain_subvol(c, stale, r, e) : r;
}

/*
 * Lock the UUID for the mount alone. Before Linux 6.7, which cannot mount clones, hold the lock
 * until the unmount; if this run holds it already, skip it, since waiting would deadlock, and let
 * the kernel refuse.
 */
static int mount_btrfs(struct scope *s, struct filesystem *c, bool stale, struct err *e)
{
	SCOPE(turn);
	const char *fsid = c->sb.guest_uuid;
	int r = 0;

	if (btrfs_takes_clones())
		r = btrfs_lock(&turn, fsid, c->g->cancel_fd, e);
	else if (!have_mounted(c->g, fsid))
		r = btrfs_lock(s, fsid, c->g->cancel_fd, e);
	if (r >= 0)
		r = btrfs_devices_register(s, c, e);
	if (r >= 0)
		r = mount_registered(s, c, stale, e);
	return r < 0 ? r : btrfs_devices_check(c, e);
}

static int mount_device(struct scope *s, struct filesystem *c, bool stale, struct err *e)
{
	return is_btrfs(c) ? mount_btrfs(s, c, stale, e) : mount_registered(s, c, stale, e);
}

/*
 * The kernel reports EROFS if it cannot replay a journal on a read-only device. btrfs reports EIO,
 * as for corruption; its superblock tells them apart.
 */
static bool is_refused_as_dirty(const struct filesystem *c, const struct err *e)
{
	if (!is_refused(e))
		return false;
	if (is_btrfs(c))
		return (e->code == -EIO || e->code == -EROFS) && c->state.log_pending;
	return e->code == -EROFS;
}

/* One layer over each device; they share the limit. */
static int make_layers(
	struct scope *s, const struct layer *layer, struct filesystem *c, struct err *e)
{
	struct layer_request rq = {
		.limit = c->g->plan->replay_limit / (1 + c->n_members) / 4096 * 4096,
		.subject = c->subject,
		.tag = c->g->tag,
		.cancel_fd = c->g->cancel_fd};
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i <= c->n_members; i++) {
		struct blkdev *dev = i ? &c->member[i - 1] : &c->dev;
		const struct blkdev origin = *dev;

		rq.origin = &origin;
		r = layer->make(s, &rq, dev, e);
	}
	return r;
}

static bool is_full(const struct layer *layer, const struct filesystem *c)
{
	bool full = layer->overflowed && layer->overflowed(&c->dev);

	for (unsigned int i = 0; !full && layer->overflowed && i < c->n_members; i++)
		full = layer->overflowed(&c->member[i]);
	return full;
}

static int replay(struct scope *s, struct filesystem *c, struct err *e)
{
	const struct layer *layer = layer_choose(c->subject, e);
	int r;

	if (!layer)
		return -EOPNOTSUPP;
	if (layer->device_mapper)
		leftovers_clear();
	r = make_layers(s, layer, c, e);
	if (r < 0)
		return r;
	r = mount_device(s, c, false, e);
	if (r < 0 && is_full(layer, c)) {
		*e = (struct err){0};
		r = FAIL(e, -ENOSPC, "mount.replay", "%s", c->subject);
	}
	return r;
}

static int mount_dirty(struct scope *s, struct filesystem *c, enum journal *ret, struct err *e)
{
	switch (c->g->plan->dirty) {
	case DIRTY_FAIL:
		FAIL(e, -EUCLEAN, "mount.dirty", "%s", c->subject);
		err_detail(e, "its %s journal has changes that were not written back", c->sb.type);
		return -EUCLEAN;
	case DIRTY_STALE:
		log_warn("%s: its %s journal has changes, which are ignored (--dirty=stale)",
			c->subject, c->sb.type);
		*ret = JOURNAL_STALE;
		return mount_device(s, c, true, e);
	case DIRTY_REPLAY:
		break;
	}
	log_verbose(
		"%s: its %s journal has changes: replaying it in memory", c->subject, c->sb.type);
	*ret = JOURNAL_REPLAYED;
	return replay(s, c, e);
}

static const struct mounted *mounted_before(const struct filesystem *c)
{
	for (unsigned int i = 0; i < c->g->tree->n_mounts; i++) {
		const struct mounted *m = &c->g->tree->mount[i];

		if (m->origin == c->dev.rdev)
			return m;
		if (c->state.members > 1 && superblock_of_one_btrfs(&m->sb, &c->sb))
			return m;
	}
	return NULL;
}

/*
 * Mount another subvolume of a mounted filesystem, on the same device: its journal has been dealt
 * with, and the undo of the first mount makes the kernel forget the device.
 */
static int mount_again(struct scope *s, struct filesystem *c, const struct mounted *before,
	enum journal *ret, struct err *e)
{
	c->dev = before->dev;
	*ret = before->journal;
	return mount_registered(s, c, before->journal == JOURNAL_STALE, e);
}

/* Try a plain mount first. The kernel refuses a dirty filesystem before anything is written. */
static int mount_filesystem(struct scope *s, struct filesystem *c, enum journal *ret, struct err *e)
{
	const struct mounted *before = mounted_before(c);
	struct err why = {0};
	int r;

	if (before)
		return mount_again(s, c, before, ret, e);
	if (c->state.members > 1 && (r = btrfs_devices_gather(c, e)) < 0)
		return r;
	{
		SCOPE(plain);

		r = mount_device(&plain, c, false, &why);
		if (r >= 0) {
			*ret = JOURNAL_CLEAN;
			scope_splice(s, &plain);
			return 0;
		}
	}
	if (is_refused_as_dirty(c, &why))
		return mount_dirty(s, c, ret, e);
	*e = why;
	return r;
}

static int mount_check_type(const struct filesystem *c, struct err *e)
{
	const struct volume *v = c->rq->volume;
	char image[DISK_TEXT_MAX];
	int r = fstype_check(c->g->plan, &c->sb, c->subject, e);

	if (r != -ENODATA)
		return r;
	if (!v->part && !v->lv && v->disk->table.n > 0) {
		err_detail(e, "it is a whole disk with a partition table");
		return find_tell_held(c->g, e);
	}
	disk_explain(c->g, v->disk, image);
	return image[0] ? err_detail(e, "%s", image) : r;
}

static int check_subvol(const struct filesystem *c, struct err *e)
{
	if (!c->rq->subvol_named || is_btrfs(c))
		return 0;
	FAIL(e, -EMEDIUMTYPE, "mount.subvol", "%s of %s", QUOTE(c->rq->subvol), c->subject);
	return err_detail(e, "it is %s, which has no subvolumes", c->sb.type);
}

/* Must run before the mount: during a replay the kernel would write to an external journal. */
static int check_state(struct filesystem *c, struct err *e)
{
	int r = reader_fsstate(c->g->reader, c->dev.fd, c->sb.type, c->subject, &c->state, e);

	if (r < 0 || !c->state.external_journal)
		return r;
	FAIL(e, -EMEDIUMTYPE, "mount.journal", "%s", c->subject);
	return err_detail(
		e, "its journal is on another device, identified by a device number of the guest");
}

/*
 * Read from the image: libblkid reads about forty blocks, and each would wake a loop device's
 * thread.
 */
static int mount_recognise(struct filesystem *c, struct err *e)
{
	const struct superblock *sb;
	int r = volume_superblock(c->g, c->rq->volume, &sb, e);

	if (r >= 0) {
		c->sb = *sb;
		r = mount_check_type(c, e);
	}
	return r < 0 ? r : check_subvol(c, e);
}

/*
 * Decide whether files can be copied straight from the image. That needs a raw regular file, the
 * filesystem in one contiguous range of it, and extents that are offsets on its device; not a
 * replay, whose changes are in the layer only. Blocks are shared if --reflink allows it and nobody
 * writes to the image: each write to a shared block would copy it first.
 */
static bool lies_in_image(const struct guest *g, const struct volume *v, struct mounted *m)
{
	const struct disk *d;
	uint64_t start;

	if (!volume_is_one_piece(g, v, &d, &start) || d->is_device || d->server ||
		m->journal == JOURNAL_REPLAYED || !fstype_tells_places(m->sb.type))
		return false;
	m->image = (struct copy_image){.fd = d->image_fd,
		.extents_fd = -1,
		.start = start,
		.size = m->dev.size,
		.share = g->plan->reflink && !d->in_use};
	return true;
}

int mount_volume(struct guest *g, struct scope *s, const struct mount_request *rq,
	struct mounted *ret, struct err *e)
{
	SCOPE(attempt);
	own_free struct filesystem *c = calloc(1, sizeof(*c));
	enum journal journal = JOURNAL_CLEAN;
	dev_t origin;
	int r;

	if (!c)
		return err_set(e, -ENOMEM, "mount.unknown", "%s", rq->volume->name);
	c->g = g;
	c->rq = rq;
	volume_subject(rq->volume, c->subject, sizeof(c->subject));
	r = mount_recognise(c, e);
	if (r >= 0)
		r = volume_map(g, rq->volume, &c->dev, e);
	if (r >= 0)
		r = check_state(c, e);
	origin = c->dev.rdev;
	if (r >= 0)
		r = mount_filesystem(&attempt, c, &journal, e);
	if (r < 0)
		return r;
	scope_splice(s, &attempt);
	*ret = (struct mounted){.origin = origin, .dev = c->dev, .sb = c->sb, .journal = journal};
	memcpy(ret->volume, rq->volume->name, sizeof(ret->volume));
	ret->in_image = lies_in_image(g, rq->volume, ret);
	return 0;
}

int mount_in_tree(struct guest *g, struct mount_request rq, const char *guest_dir, struct err *e)
{
	struct mounted *m = &g->tree->mount[g->tree->n_mounts];
	char path[sizeof(TREE_DIR) + sizeof(m->guest_dir)];
	int r;

	if (g->tree->n_mounts == MOUNTS_MAX)
		return FAIL(e, -ELOOP, "mount.many", "%s", QUOTE(guest_dir));
	snprintf(path, sizeof(path), TREE_DIR "%s", strcmp(guest_dir, "/") ? guest_dir : "");
	rq.path = path;
	r = mount_volume(g, g->tree->scope, &rq, m, e);
	if (r < 0)
		return r;
	snprintf(m->guest_dir, sizeof(m->guest_dir), "%s", guest_dir);
	g->tree->n_mounts++;
	return 0;
}
