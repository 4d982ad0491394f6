/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab - which lines of an fstab are used, by table */
#include "guest/fstab.h"

#include "mutate.h"
#include "tap.h"

struct line {
	const char *source, *target, *fstype, *options;
};

static const struct {
	struct line line;
	const char *target, *subvol;
	int kind, optional;
} added[] = {
	{{"UUID=0a1b-2c3d", "/boot", "ext4", "defaults"}, "/boot", "", DEVSPEC_UUID, 0},
	{{"/dev/hda1", "/boot", "auto", "noauto,ro"}, "/boot", "", DEVSPEC_NAME, 1},
	{{"/dev/hda1", "/boot", "ext2", "ro,nofail"}, "/boot", "", DEVSPEC_NAME, 1},
	{{"/dev/hda1", "/boot", "ext2", "ro,nofail,noautodefrag"}, "/boot", "", DEVSPEC_NAME, 1},
	{{"/dev/hda1", "/boot", "ext2", "noautodefrag,xnofail"}, "/boot", "", DEVSPEC_NAME, 0},
	{{"LABEL=a b", "/usr", "xfs", "_netdev"}, "/usr", "", DEVSPEC_LABEL, 0},
	{{"PARTUUID=12345678-01", "/boot/efi", "vfat", "umask=0077"}, "/boot/efi", "",
		DEVSPEC_PARTUUID, 0},
	{{"/dev/mapper/vg-usr", "/usr", "ext4", NULL}, "/usr", "", DEVSPEC_LV, 0},
	{{"/dev/mapper/cryptboot", "/boot", NULL, NULL}, "/boot", "", DEVSPEC_NAME, 0},
	{{"/dev/disk/by-id/x-part1", "/boot", "ext4", ""}, "/boot", "", DEVSPEC_PATH, 0},
	{{"/dev/hda2", "/home", "btrfs", "subvol=@home,compress"}, "/home", "subvol=@home",
		DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/boot", "btrfs", "subvolid=257,subvol=/@boot"}, "/boot", "subvol=/@boot",
		DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/boot", "btrfs", "subvolid=257"}, "/boot", "subvolid=257", DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/boot/", "ext4", ""}, "/boot", "", DEVSPEC_NAME, 0},
	{{"/dev/hda2", "//boot//.//efi/", "ext4", ""}, "/boot/efi", "", DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/usr/../../boot", "ext4", ""}, "/boot", "", DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/a b", "ext4", ""}, "/a b", "", DEVSPEC_NAME, 0},
	{{"/dev/hda2", "/...", "ext4", ""}, "/...", "", DEVSPEC_NAME, 0},
	{{"/dev/fuse1", "/boot", "fuseblk", ""}, "/boot", "", DEVSPEC_NAME, 0},
};

static const struct line ignored[] = {
	{"/dev/hda2", "/", "ext4", "defaults"},
	{"/dev/hda2", "//", "ext4", "defaults"},
	{"/dev/hda2", "/boot/..", "ext4", "defaults"},
	{"/dev/hda2", "/..", "ext4", "defaults"},
	{"UUID=0a1b", "none", "swap", "sw"},
	{"UUID=0a1b", "swap", "swap", "defaults"},
	{"/dev/hda3", "/swap", "swap", "defaults"},
	{"/dev/hda3", "none", "ext4", "defaults"},
	{"/dev/hda3", "boot", "ext4", "defaults"},
	{"/dev/hda3", "", "ext4", "defaults"},
	{"", "/boot", "ext4", "defaults"},
	{NULL, NULL, NULL, NULL},
	{"proc", "/proc", "proc", "defaults"},
	{"none", "/tmp", "tmpfs", "defaults"},
	{"tmpfs1", "/tmp", "tmpfs", "defaults"},
	{"cgroup2", "/sys/fs/cgroup", "cgroup2", ""},
	{"server:/export", "/boot", "nfs", "defaults"},
	{"server:/export", "/boot", "auto", "defaults"},
	{"//server/share", "/boot", "cifs", "defaults"},
	{"share0", "/boot", "9p", "trans=virtio"},
	{"share0", "/boot", "virtiofs", ""},
	{"user@host1", "/boot", "fuse.sshfs", ""},
	{"/boot2", "/boot", "none", "bind"},
	{"/dev/hda1", "/boot", "ext4", "ro,bind"},
	{"/dev/hda1", "/boot", "", "rbind"},
	{"rpool/boot", "/boot", "zfs", ""},
	{"/srv/image.iso", "/mnt", "iso9660", "loop"},
};

static void consider(struct fstab *fstab, const struct line *line)
{
	fstab_consider(fstab, line->source, line->target, line->fstype, line->options);
}

static void test_added(void)
{
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		const struct line *line = &added[i].line;
		struct fstab fstab = {0};

		consider(&fstab, line);
		tap_ok(fstab.n == 1 && fstab.dropped == 0, "%s on %s is added", line->source,
			line->target);
		tap_is(fstab.mount[0].target, added[i].target, "its target");
		tap_is(fstab.mount[0].subvol, added[i].subvol, "its subvolume");
		tap_is(fstab.mount[0].fstype, line->fstype ? line->fstype : "", "its type");
		tap_ok((int)fstab.mount[0].source.kind == added[i].kind, "its source");
		tap_ok(fstab.mount[0].optional == added[i].optional, "whether it is optional");
		tap_ok(fstab_at(&fstab, added[i].target) == fstab.mount,
			"the mount is found by its target");
	}
}

static void test_ignored(void)
{
	struct fstab fstab = {0};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		consider(&fstab, &ignored[i]);
		tap_ok(fstab.n == 0 && fstab.dropped == 0, "ignored: %s on %s",
			ignored[i].source ? ignored[i].source : "(null)",
			ignored[i].target ? ignored[i].target : "(null)");
	}
	tap_ok(!fstab_at(&fstab, "/boot") && !fstab_at(&fstab, "/"),
		"an ignored line is not found");
}

static void test_order(void)
{
	struct fstab fstab = {0};

	fstab_consider(&fstab, "/dev/hda1", "/boot", "ext2", "noauto");
	fstab_consider(&fstab, "/dev/hda2", "/boot/", "ext3", "nofail");
	tap_is(fstab_at(&fstab, "/boot")->source.value, "hda2",
		"a later line replaces an earlier one");
	fstab_consider(&fstab, "/dev/hda3", "/boot", "ext4", "noauto");
	tap_is(fstab_at(&fstab, "/boot")->source.value, "hda2",
		"a noauto line does not replace another one");
	fstab_consider(&fstab, "/dev/hda4", "/boot", "ext4", "");
	tap_is(fstab_at(&fstab, "/boot")->source.value, "hda4", "the last line is used");
	tap_is(fstab_at(&fstab, "/boot")->fstype, "ext4", "the last line's type is used");
	tap_ok(!fstab_at(&fstab, "/boot")->optional, "the last line is not optional");
	tap_ok(fstab.n == 1 && fstab.dropped == 0, "the target is listed once");
	tap_ok(!fstab_at(&fstab, "/boo") && !fstab_at(&fstab, "/boot/efi"),
		"only the exact target is found");
}

static void test_root(void)
{
	struct fstab fstab = {0};

	fstab_consider(&fstab, "tmpfs", "/", "tmpfs", "subvol=@no");
	tap_is(fstab.root_subvol, "", "a root without a device has no subvolume");
	fstab_consider(&fstab, "/dev/hda2", "/", "btrfs", "subvol=@old");
	fstab_consider(&fstab, "UUID=0a1b", "//", "btrfs", "rw,subvol=/@,subvolid=257");
	fstab_consider(&fstab, "/dev/hda2", "/boot", "btrfs", "subvol=@boot");
	tap_is(fstab.root_subvol, "subvol=/@", "the last line of the root sets its subvolume");
	tap_ok(fstab.n == 1, "the root is not added as a mount");
}

static void test_too_much(void)
{
	struct fstab fstab = {0};
	char target[32], text[600] = "/";

	for (unsigned int i = 0; i < FSTAB_MOUNTS_MAX + 3; i++) {
		snprintf(target, sizeof(target), "/mnt/%u", i);
		fstab_consider(&fstab, "/dev/hda1", target, "ext4", "");
	}
	tap_ok(fstab.n == FSTAB_MOUNTS_MAX && fstab.dropped == 3,
		"lines that do not fit are counted");
	fstab_consider(&fstab, "/dev/hda9", "/mnt/0", "ext4", "");
	tap_ok(fstab.mount[0].source.part == 9, "a known target is replaced in a full list");
	fstab = (struct fstab){0};
	memset(text + 1, 'a', 255);
	fstab_consider(&fstab, "/dev/hda1", text, "ext4", "");
	fstab_consider(&fstab, "/dev/hda1", "/boot", text + 1, "");
	fstab_consider(&fstab, "UUID=", "/boot", "ext4", "");
	memset(text + 1, 'a', 300);
	fstab_consider(&fstab, text, "/boot", "ext4", "");
	memcpy(text, "subvol=", 7);
	fstab_consider(&fstab, "/dev/hda1", "/boot", "btrfs", text);
	fstab_consider(&fstab, "/dev/hda1", "/boot", "btrfs", "subvol=\"@");
	tap_ok(fstab.n == 0 && fstab.dropped == 6, "fields that are too long or wrong are counted");
}

static int is_canonical(const char *path)
{
	size_t n = strlen(path);

	return path[0] == '/' && n > 1 && path[n - 1] != '/' && !strstr(path, "//") &&
	       !strstr(path, "/./") && !strstr(path, "/../") && strcmp(path + n - 2, "/.") &&
	       (n < 3 || strcmp(path + n - 3, "/.."));
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(1);
	unsigned long n = 0, wrong = 0;
	struct fstab fstab = {0};

	for (; mutate_more(&m); n++) {
		const struct line *line =
			&added[mutate_random(&m, sizeof(added) / sizeof(added[0]))].line;
		char source[300], target[300], options[300];

		mutate_text(&m, line->source, source, sizeof(source));
		mutate_text(&m, line->target, target, sizeof(target));
		mutate_text(&m, line->options ? line->options : "", options, sizeof(options));
		if (mutate_random(&m, 40) == 0)
			fstab.n = 0;
		fstab_consider(&fstab, source, target, line->fstype, options);
		if (fstab.n == 0)
			continue;
		wrong += !is_canonical(fstab.mount[fstab.n - 1].target);
		wrong += fstab.mount[fstab.n - 1].source.kind == DEVSPEC_FOREIGN;
	}
	tap_ok(n > 0 && wrong == 0, "mutated lines give valid mounts (%lu wrong)", wrong);
}

int main(void)
{
	test_added();
	test_ignored();
	test_order();
	test_root();
	test_too_much();
	test_mutations();
	return tap_done();
}
