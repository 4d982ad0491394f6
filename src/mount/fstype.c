/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstype - which filesystem types may be mounted, and with which options */
#include "mount/fstype.h"

#include <stdio.h>
#include <string.h>

#include "base/step.h"

/*
 * Options are always set explicitly. errors=remount-ro: otherwise a guest's superblock can make the
 * host's kernel panic on an error. nouuid: XFS refuses a second filesystem with the same UUID,
 * which clones of one guest have.
 */
static const struct fs_options {
	const char *type, *options, *stale;
	bool tells_places;
} fs_options[] = {
	{"ext2", "errors=remount-ro", NULL, true},
	{"ext3", "errors=remount-ro", "noload", true},
	{"ext4", "errors=remount-ro", "noload", true},
	{"xfs", "nouuid", "norecovery", true},
	{"btrfs", NULL, "rescue=nologreplay", false},
	{"f2fs", NULL, "norecovery", false},
};

/* Types that are no filesystem: what each is, and what the operator can do instead. */
static const struct container {
	const char *type, *what;
} containers[] = {
	{"crypto_LUKS", "an encrypted LUKS volume: only the guest has its key"},
	{"BitLocker", "an encrypted BitLocker volume: only the guest has its key"},
	{"LVM2_member", "an LVM physical volume: specify a logical volume, as /dev/VG/LV"},
	{"linux_raid_member",
		"a member of an md RAID: assemble it with 'mdadm --assemble --readonly' on this host and "
		"use that device"},
	{"ddf_raid_member", "a member of a DDF RAID: use the device that the host assembles"},
	{"isw_raid_member", "a member of an Intel RAID: use the device that the host assembles"},
	{"zfs_member", "a member of a ZFS pool, which Linux does not read"},
	{"bcache", "a bcache device: its newest data may be on the cache only"},
	{"drbd", "the backing device of a DRBD device: use /dev/drbdN"},
	{"ceph_bluestore", "a Ceph OSD"},
	{"VMFS_volume_member", "a VMFS volume"},
	{"ufs", "a UFS or FFS of BSD or Solaris, which has no Linux kernel"},
	{"swap", "swap space"},
	{"swsuspend", "a suspended system's memory"},
	{"jbd", "an external journal of another filesystem"},
};

/* What the operator must know before adding the type to the list. */
static const struct addition {
	const char *type, *what;
} additions[] = {
	{"reiserfs", ", if this host's kernel still has it (before Linux 6.13)"},
	{"jfs", ", if this host's kernel has it"},
};

static const struct fs_options *options_of(const char *type)
{
	for (size_t i = 0; i < sizeof(fs_options) / sizeof(fs_options[0]); i++)
		if (!strcmp(fs_options[i].type, type))
			return &fs_options[i];
	return NULL;
}

bool fstype_tells_places(const char *type)
{
	const struct fs_options *o = options_of(type);

	return o && o->tells_places;
}

static const char *container_of_type(const char *type)
{
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		if (!strcmp(containers[i].type, type))
			return containers[i].what;
	return NULL;
}

static const char *about_addition(const char *type)
{
	for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++)
		if (!strcmp(additions[i].type, type))
			return additions[i].what;
	return "";
}

static bool fstype_is_allowed(const struct plan *p, const char *fstype)
{
	for (unsigned int i = 0; i < p->n_filesystems; i++)
		if (!strcmp(p->filesystem[i], fstype))
			return true;
	return false;
}

int fstype_check(
	const struct plan *p, const struct superblock *sb, const char *subject, struct err *e)
{
	const char *container = container_of_type(sb->type);

	if (!sb->type[0]) {
		FAIL(e, -ENODATA, "mount.unknown", "%s", subject);
		return -ENODATA;
	}
	if (container ||
		(strcmp(sb->usage, "filesystem") != 0 && !fstype_is_allowed(p, sb->type))) {
		FAIL(e, -EMEDIUMTYPE, "mount.container", "%s", subject);
		err_detail(e, "%s is %s", sb->type, container ? container : "no filesystem");
		return -EMEDIUMTYPE;
	}
	if (!fstype_is_allowed(p, sb->type)) {
		FAIL(e, -EPERM, "mount.allowed", "%s", subject);
		err_detail(e, "it is %s; --filesystems=+%s adds it%s", sb->type, sb->type,
			about_addition(sb->type));
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

void fstype_options(const char *type, const char *subvol, bool stale, char *to, size_t size)
{
	const struct fs_options *o = options_of(type);

	snprintf(to, size, "ro,nosuid,nodev,noexec");
	if (o)
		add_option(to, size, o->options);
	if (o && stale)
		add_option(to, size, o->stale);
	if (!strcmp(type, "btrfs"))
		add_option(to, size, subvol);
}
