/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - one of the guest's filesystems, mapped, recognised, allowed and mounted read-only */
#include "run/mount.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "run/attach.h"
#include "run/find.h"
#include "sys/btrfs.h"
#include "sys/mnt.h"

/*
 * The options are ours, always explicit. errors=remount-ro: a superblock can ask the kernel to
 * panic when it meets an error, and the host's kernel would. nouuid: XFS refuses a second
 * filesystem of the same UUID, and clones of one guest bear the same.
 */
static const struct fs_options {
	const char *type, *options, *stale;
} fs_options[] = {
	{"ext2", "errors=remount-ro", NULL},
	{"ext3", "errors=remount-ro", "noload"},
	{"ext4", "errors=remount-ro", "noload"},
	{"xfs", "nouuid", "norecovery"},
	{"btrfs", NULL, "rescue=nologreplay"},
	{"f2fs", NULL, "norecovery"},
};

/* What is no filesystem but holds one, and the way out. */
static const struct container {
	const char *type, *what;
} containers[] = {
	{"crypto_LUKS", "an encrypted LUKS volume: only the guest has its key"},
	{"BitLocker", "an encrypted BitLocker volume: only the guest has its key"},
	{"LVM2_member", "an LVM physical volume: its logical volumes are not read"},
	{"linux_raid_member", "a member of an md RAID"},
	{"ddf_raid_member", "a member of a DDF RAID"},
	{"isw_raid_member", "a member of an Intel RAID"},
	{"zfs_member", "a member of a ZFS pool"},
	{"bcache", "a bcache device"},
	{"drbd", "a DRBD device"},
	{"ceph_bluestore", "a Ceph OSD"},
	{"VMFS_volume_member", "a VMFS volume"},
	{"swap", "swap space"},
	{"swsuspend", "a suspended system's memory"},
	{"jbd", "an external journal of another filesystem"},
};

static const struct fs_options *options_of(const char *type)
{
	for (size_t i = 0; i < sizeof(fs_options) / sizeof(fs_options[0]); i++)
		if (!strcmp(fs_options[i].type, type))
			return &fs_options[i];
	return NULL;
}

static const char *container_of_type(const char *type)
{
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		if (!strcmp(containers[i].type, type))
			return containers[i].what;
	return NULL;
}

static int check_type(
	const struct guest *g, const struct superblock *sb, const char *subject, struct err *e)
{
	const char *container = container_of_type(sb->type);

	if (!sb->type[0]) {
		FAIL(e, -ENODATA, "mount.unknown", "%s", subject);
		return -ENODATA;
	}
	if (container ||
		(strcmp(sb->usage, "filesystem") != 0 && !plan_allows(g->plan, sb->type))) {
		FAIL(e, -EMEDIUMTYPE, "mount.container", "%s", subject);
		err_detail(e, "it is %s (%s)", container ? container : "no filesystem", sb->type);
		return -EMEDIUMTYPE;
	}
	if (!plan_allows(g->plan, sb->type)) {
		FAIL(e, -EPERM, "mount.allowed", "%s", subject);
		err_detail(e, "it is %s; --filesystems=+%s would add it", sb->type, sb->type);
		return -EPERM;
	}
	return 0;
}

static void add_option(char *to, size_t size, const char *option)
{
	size_t len = strlen(to);

	if (option && *option)
		snprintf(to + len, size - len, ",%s", option);
}

static void build_options(
	const struct guest *g, const char *type, const char *subvol, char *to, size_t size)
{
	const struct fs_options *o = options_of(type);

	snprintf(to, size, "ro,nosuid,nodev,noexec");
	if (o)
		add_option(to, size, o->options);
	if (o && g->plan->dirty == DIRTY_STALE)
		add_option(to, size, o->stale);
	if (!strcmp(type, "btrfs"))
		add_option(to, size, subvol);
}

static bool is_ours(void *arg, dev_t rdev)
{
	const struct guest *g = arg;

	for (size_t i = 0; i < g->n_disks; i++) {
		const struct disk *d = g->disk[i];

		if (d->attached && d->dev.rdev == rdev)
			return true;
		for (size_t k = 0; k < d->maps.n; k++)
			if (d->maps.at[k].dev.rdev == rdev)
				return true;
	}
	return false;
}

static int map_volume(struct guest *g, const struct volume *v, const char *subject,
	struct blkdev *ret, struct err *e)
{
	struct map_request rq = {
		.part = v->part, .subject = subject, .tag = g->tag, .cancel_fd = g->cancel_fd};
	int r = disk_attach(g, v->disk, e);

	if (r < 0)
		return r;
	rq.disk = &v->disk->dev;
	r = mapper_map(g->mapper, g->world, &rq, &v->disk->maps, ret, e);
	if (r >= 0)
		log_verbose("%s is %s", subject, ret->node);
	return r;
}

static int mount_device(struct guest *g, struct scope *s, const struct blkdev *dev,
	const char *type, const char *subvol, const char *target, const char *path,
	const char *subject, struct err *e)
{
	char options[512];
	int r;

	build_options(g, type, subvol, options, sizeof(options));
	r = mnt_filesystem(s, dev, type, options, target, path, e);
	if (r >= 0 && !strcmp(type, "btrfs"))
		r = btrfs_check_members(path, is_ours, g, subject, e);
	if (r >= 0)
		log_verbose("%s: %s mounted with %s", subject, type, options);
	return r;
}

int mount_volume(struct guest *g, struct scope *s, const struct volume *v, const char *target,
	const char *path, const char *subvol, char ret_fstype[32], struct err *e)
{
	SCOPE(attempt);
	char subject[200];
	struct blkdev dev;
	struct superblock sb;
	int r;

	volume_subject(v, subject, sizeof(subject));
	r = map_volume(g, v, subject, &dev, e);
	if (r >= 0)
		r = reader_superblock(g->reader, dev.fd, 0, dev.size, subject, &sb, e);
	if (r >= 0)
		r = check_type(g, &sb, subject, e);
	if (r >= 0)
		r = mount_device(g, &attempt, &dev, sb.type, subvol, target, path, subject, e);
	if (r < 0)
		return r;
	scope_splice(s, &attempt);
	memcpy(ret_fstype, sb.type, 32);
	return 0;
}

int mount_in_tree(struct guest *g, const struct volume *v, const char *target,
	const char *guest_dir, const char *subvol, struct err *e)
{
	struct mounted *m = &g->mount[g->n_mounts];
	char path[sizeof(TREE_DIR) + sizeof(m->guest_dir)];
	int r;

	if (g->n_mounts == MOUNTS_MAX)
		return FAIL(e, -ELOOP, "mount.many", "%s", QUOTE(guest_dir));
	snprintf(path, sizeof(path), TREE_DIR "%s", strcmp(guest_dir, "/") ? guest_dir : "");
	r = mount_volume(g, g->world, v, target, path, subvol, m->fstype, e);
	if (r < 0)
		return r;
	m->volume = *v;
	snprintf(m->guest_dir, sizeof(m->guest_dir), "%s", guest_dir);
	g->n_mounts++;
	return 0;
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
