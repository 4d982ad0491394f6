/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vdev - names of disks and filesystems, by table */
#include "syntax/vdev.h"

#include <errno.h>

#include "mutate.h"
#include "tap.h"

static const struct {
	const char *text;
	enum devspec_kind kind;
	const char *value, *disk;
	unsigned int part;
} specs[] = {
	{"hda1", DEVSPEC_NAME, "hda1", "hda", 1},
	{"sda1", DEVSPEC_NAME, "sda1", "sda", 1},
	{"xvda1", DEVSPEC_NAME, "xvda1", "xvda", 1},
	{"vda1", DEVSPEC_NAME, "vda1", "vda", 1},
	{"d0p1", DEVSPEC_NAME, "d0p1", "d0", 1},
	{"d0", DEVSPEC_NAME, "d0", "d0", 0},
	{"hda", DEVSPEC_NAME, "hda", "hda", 0},
	{"xvdaa1", DEVSPEC_NAME, "xvdaa1", "xvdaa", 1},
	{"sdz15", DEVSPEC_NAME, "sdz15", "sdz", 15},
	{"dasda1", DEVSPEC_NAME, "dasda1", "dasda", 1},
	{"nvme0n1p2", DEVSPEC_NAME, "nvme0n1p2", "nvme0n1", 2},
	{"nvme0n1", DEVSPEC_NAME, "nvme0n1", "nvme0n1", 0},
	{"/dev/mmcblk0p12", DEVSPEC_NAME, "mmcblk0p12", "mmcblk0", 12},
	{"/dev/hda2", DEVSPEC_NAME, "hda2", "hda", 2},
	{"/dev/hda2 ro", DEVSPEC_NAME, "hda2", "hda", 2},
	{"/dev/hda2 ro ", DEVSPEC_NAME, "hda2", "hda", 2},
	{"hda2\trw", DEVSPEC_NAME, "hda2", "hda", 2},
	{" hda2", DEVSPEC_NAME, "hda2", "hda", 2},
	{"hda0", DEVSPEC_NAME, "hda0", "hda0", 0},
	{"hda01", DEVSPEC_NAME, "hda01", "hda01", 0},
	{"hda4294967297", DEVSPEC_NAME, "hda4294967297", "hda4294967297", 0},
	{"nvme0n1p0", DEVSPEC_NAME, "nvme0n1p0", "nvme0n1p0", 0},
	{"/dev/md0", DEVSPEC_NAME, "md0", "md0", 0},
	{"/dev/md/boot", DEVSPEC_NAME, "md/boot", "md/boot", 0},
	{"/dev/cciss/c0d0p1", DEVSPEC_NAME, "cciss/c0d0p1", "cciss/c0d0", 1},
	{"/dev/cdrom", DEVSPEC_NAME, "cdrom", "cdrom", 0},
	{"/dev/mapper/cryptroot", DEVSPEC_NAME, "mapper/cryptroot", "mapper/cryptroot", 0},
	{"/dev/mapper/luks-01-23", DEVSPEC_NAME, "mapper/luks-01-23", "mapper/luks-01-23", 0},
	{"UUID=0A1B-2C3D", DEVSPEC_UUID, "0A1B-2C3D", "", 0},
	{"uuid=0a1b-2c3d", DEVSPEC_UUID, "0a1b-2c3d", "", 0},
	{"UUID=\"0a1b\"", DEVSPEC_UUID, "0a1b", "", 0},
	{"UUID='0a1b'", DEVSPEC_UUID, "0a1b", "", 0},
	{"UUID=0a1b ro", DEVSPEC_UUID, "0a1b", "", 0},
	{"LABEL=\"a b\"", DEVSPEC_LABEL, "a b", "", 0},
	{"LABEL=\"a ro\"", DEVSPEC_LABEL, "a ro", "", 0},
	{"Label=a\\040b", DEVSPEC_LABEL, "a b", "", 0},
	{"LABEL=a\\x20b", DEVSPEC_LABEL, "a b", "", 0},
	{"LABEL=a\\b", DEVSPEC_LABEL, "a\\b", "", 0},
	{"LABEL=a\\x2", DEVSPEC_LABEL, "a\\x2", "", 0},
	{"LABEL=a\\x00b", DEVSPEC_LABEL, "a\\x00b", "", 0},
	{"LABEL=/", DEVSPEC_LABEL, "/", "", 0},
	{"LABEL=/dev/hda1", DEVSPEC_LABEL, "/dev/hda1", "", 0},
	{"LABEL=\"", DEVSPEC_LABEL, "\"", "", 0},
	{"PARTUUID=12345678-01", DEVSPEC_PARTUUID, "12345678-01", "", 0},
	{"PARTLABEL=EFI\\040System", DEVSPEC_PARTLABEL, "EFI System", "", 0},
	{"ID=ata-DISK_1-part3", DEVSPEC_PATH, "ata-DISK_1-part3", "", 3},
	{"/dev/disk/by-uuid/0a1b-2c3d", DEVSPEC_UUID, "0a1b-2c3d", "", 0},
	{"/dev/disk/by-label/a\\x20b", DEVSPEC_LABEL, "a b", "", 0},
	{"/dev/disk/by-label/a\\x2fb", DEVSPEC_LABEL, "a/b", "", 0},
	{"/dev/disk/by-partuuid/12345678-01", DEVSPEC_PARTUUID, "12345678-01", "", 0},
	{"/dev/disk/by-partlabel/boot", DEVSPEC_PARTLABEL, "boot", "", 0},
	{"/dev/disk/by-id/ata-X", DEVSPEC_PATH, "ata-X", "", 0},
	{"/dev/disk/by-id/x-part1-part2", DEVSPEC_PATH, "x-part1-part2", "", 2},
	{"/dev/disk/by-id/x-partial", DEVSPEC_PATH, "x-partial", "", 0},
	{"/dev/disk/by-path/pci-0000:00:1f.2-part2", DEVSPEC_PATH, "pci-0000:00:1f.2-part2", "", 2},
	{"/dev/disk/by-id/dm-name-vg-lv", DEVSPEC_LV, "vg/lv", "", 0},
	{"/dev/disk/by-id/dm-uuid-LVM-aB1-part", DEVSPEC_LV_UUID, "aB1-part", "", 0},
	{"/dev/disk/by-path/xen-vbd-51712", DEVSPEC_PATH, "xen-vbd-51712", "xvda", 0},
	{"/dev/disk/by-path/xen-vbd-51728-part2", DEVSPEC_PATH, "xen-vbd-51728-part2", "xvdb", 2},
	{"/dev/disk/by-path/xen-vbd-51713", DEVSPEC_PATH, "xen-vbd-51713", "xvda1", 0},
	{"/dev/disk/by-path/xen-vbd-x-part2", DEVSPEC_PATH, "xen-vbd-x-part2", "", 2},
	{"/dev/disk/by-path/xen-vbd-51712x", DEVSPEC_PATH, "xen-vbd-51712x", "", 0},
	{"/dev/disk/by-diskseq/1-part4", DEVSPEC_PATH, "1-part4", "", 4},
	{"/dev/mapper/vg-lv", DEVSPEC_LV, "vg/lv", "", 0},
	{"/dev/mapper/my--vg-my--lv", DEVSPEC_LV, "my-vg/my-lv", "", 0},
	{"/dev/mapper/a---b", DEVSPEC_LV, "a-/b", "", 0},
	{"/dev/mapper/a--b", DEVSPEC_NAME, "mapper/a--b", "mapper/a--b", 0},
	{"/dev/mapper/vg-", DEVSPEC_NAME, "mapper/vg-", "mapper/vg-", 0},
	{"/dev/mapper/-lv", DEVSPEC_NAME, "mapper/-lv", "mapper/-lv", 0},
	{"/dev/VG_Xen/LV-dom5", DEVSPEC_LV, "VG_Xen/LV-dom5", "", 0},
	{"/dev/a/b/c", DEVSPEC_NAME, "a/b/c", "a/b/c", 0},
	{"proc", DEVSPEC_FOREIGN, "proc", "", 0},
	{"tmpfs", DEVSPEC_FOREIGN, "tmpfs", "", 0},
	{"none", DEVSPEC_FOREIGN, "none", "", 0},
	{"overlay", DEVSPEC_FOREIGN, "overlay", "", 0},
	{"server:/export", DEVSPEC_FOREIGN, "server:/export", "", 0},
	{"server1:/export2", DEVSPEC_FOREIGN, "server1:/export2", "", 0},
	{"//server/share1", DEVSPEC_FOREIGN, "//server/share1", "", 0},
	{"rpool/ROOT/debian-1", DEVSPEC_FOREIGN, "rpool/ROOT/debian-1", "", 0},
	{"/srv/image.iso", DEVSPEC_FOREIGN, "/srv/image.iso", "", 0},
	{"ZFS=rpool/root", DEVSPEC_FOREIGN, "ZFS=rpool/root", "", 0},
	{"=x", DEVSPEC_FOREIGN, "=x", "", 0},
	{"UUIDS=x1", DEVSPEC_FOREIGN, "UUIDS=x1", "", 0},
};
#define N_SPECS (sizeof(specs) / sizeof(specs[0]))

static const char *const refused[] = {"", " ", "\t\n", "/dev/", "UUID=", "LABEL=\"\"",
	"PARTUUID= ", "/dev/disk/by-uuid/", "/dev/disk/by-id/"};

static void test_specs(void)
{
	for (size_t i = 0; i < N_SPECS; i++) {
		struct devspec spec = {0};
		struct err e = {0};

		tap_ok(devspec_parse(specs[i].text, &spec, &e) == 0, "%s is read", specs[i].text);
		if (!tap_ok(spec.kind == specs[i].kind && spec.part == specs[i].part,
			    "its kind and partition"))
			printf("# kind %d part %u\n", spec.kind, spec.part);
		tap_is(spec.value, specs[i].value, "its value");
		tap_is(spec.disk, specs[i].disk, "its disk");
	}
}

static void test_refused(void)
{
	char text[600] = "LABEL=";
	struct devspec spec = {.part = 77};
	struct err e;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		e = (struct err){0};
		tap_ok(devspec_parse(refused[i], &spec, &e) == -EINVAL && e.detail[0],
			"refused %zu", i);
		tap_is(e.step, "vdev.parse", "its step");
	}
	memset(text + 6, 'a', 249);
	tap_ok(devspec_parse(text, &(struct devspec){0}, NULL) == 0, "255 characters are read");
	memset(text + 6, 'a', 250);
	tap_ok(devspec_parse(text, &spec, NULL) == -EINVAL, "256 characters are refused");
	memset(text, 'a', sizeof(text) - 1);
	tap_ok(devspec_parse(text, &spec, NULL) == -EINVAL, "599 characters are refused");
	memcpy(text, "/dev/", 5);
	text[100] = '\0';
	tap_ok(devspec_parse(text, &spec, NULL) == -EINVAL,
		"a disk's name of 95 characters is refused");
	text[68] = '\0';
	tap_ok(devspec_parse(text, &(struct devspec){0}, NULL) == 0,
		"a disk's name of 63 characters is read");
	tap_ok(spec.part == 77, "a refused name does not change the result");
}

static const struct {
	const char *a, *b;
	int exact, alike;
} pairs[] = {
	{"hda", "hda", 1, 1},
	{"/dev/hda", "hda", 1, 1},
	{"hda", "sda", 0, 1},
	{"hda", "xvda", 0, 1},
	{"hda", "/dev/vda", 0, 1},
	{"xvda", "d0", 0, 1},
	{"xvdb", "d1", 0, 1},
	{"xvdz", "d25", 0, 1},
	{"xvdaa", "d26", 0, 1},
	{"xvdaa", "sdaa", 0, 1},
	{"hda", "hdb", 0, 0},
	{"hda", "sdb", 0, 0},
	{"hda", "d1", 0, 0},
	{"hda", "hdaa", 0, 0},
	{"hda1", "xvda1", 0, 1},
	{"hda1", "d0p1", 0, 1},
	{"hda1", "xvda2", 0, 0},
	{"hda1", "hda", 0, 0},
	{"nvme0n1", "nvme0n1", 1, 1},
	{"nvme0n1", "d0", 0, 0},
	{"nvme0n1", "hda", 0, 0},
	{"mmcblk0", "nvme0n1", 0, 0},
	{"dm-0", "d0", 0, 0},
	{"d00", "d0", 0, 0},
	{"dasda", "sda", 0, 0},
	{"dasda", "dasda", 1, 1},
	{"hd", "sd", 0, 0},
	{"hda2x", "sda2x", 0, 0},
	{"", "", 1, 1},
	{"", "hda", 0, 0},
	{"xvdaaaaaaaaaaaaaaaaa", "sdaaaaaaaaaaaaaaaaa", 0, 0},
	{"d99999999999999999999", "hda", 0, 0},
};

static void test_pairs(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *a = pairs[i].a, *b = pairs[i].b;

		tap_ok(vdev_exact(a, b) == pairs[i].exact && vdev_exact(b, a) == pairs[i].exact,
			"'%s' and '%s': %sexact", a, b, pairs[i].exact ? "" : "not ");
		tap_ok(vdev_alike(a, b) == pairs[i].alike && vdev_alike(b, a) == pairs[i].alike,
			"'%s' and '%s': %salike", a, b, pairs[i].alike ? "" : "not ");
	}
}

static const struct {
	const char *wanted, *found;
	int equal;
} uuids[] = {
	{"0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000001", 1},
	{"0A1B2C3D-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000001", 1},
	{"0a1b2c3d00004000800000000000000a", "0a1b2c3d-0000-4000-8000-00000000000A", 1},
	{"ABCD-1234", "ABCD1234", 1},
	{"abcd1234", "ABCD-1234", 1},
	{"12345678-01", "12345678-01", 1},
	{"12345678-01", "12345678-02", 0},
	{"12345678", "12345678-01", 0},
	{"12345678-01", "12345678", 0},
	{"", "", 0},
	{"-", "", 0},
	{"-", "-", 0},
	{"", "abcd", 0},
};

static void test_uuids(void)
{
	for (size_t i = 0; i < sizeof(uuids) / sizeof(uuids[0]); i++)
		tap_ok(vdev_uuid_equal(uuids[i].wanted, uuids[i].found) == uuids[i].equal,
			"UUID '%s' and '%s': %sequal", uuids[i].wanted, uuids[i].found,
			uuids[i].equal ? "" : "not ");
}

static const char *name_of(const char *disk, unsigned int part, unsigned long size)
{
	static char name[32];

	memset(name, 0x55, sizeof(name));
	vdev_name(disk, part, name, size);
	return name;
}

static void test_names(void)
{
	tap_is(name_of("hda", 2, 32), "hda2", "hda and 2");
	tap_is(name_of("hda", 0, 32), "hda", "hda alone");
	tap_is(name_of("nvme0n1", 2, 32), "nvme0n1p2", "nvme0n1 and 2");
	tap_is(name_of("d0", 1, 32), "d0p1", "d0 and 1");
	tap_is(name_of("", 1, 32), "1", "no disk's name");
	tap_is(name_of("xvda", 4294967295u, 6), "xvda4", "the name is cut to the buffer's size");
	tap_ok(name_of("xvda", 1, 1)[1] == 0x55, "nothing is written after the buffer");
}

static const struct {
	unsigned long number;
	const char *name; /* NULL: none */
} numbers[] = {
	{51712, "xvda"},
	{51713, "xvda1"},
	{51728, "xvdb"},
	{51967, "xvdp15"},
	{268439552, "xvdq"},
	{268439553, "xvdq1"},
	{268435456 + (25 << 8), "xvdz"},
	{268435456 + (26 << 8), "xvdaa"},
	{268435456 + (701 << 8) + 255, "xvdzz255"},
	{268435456 + (702 << 8), NULL},
	{2048, "sda"},
	{2065, "sdb1"},
	{768, "hda"},
	{769, "hda1"},
	{832, "hdb"},
	{5632, "hdc"},
	{5698, "hdd2"},
	{0, NULL},
	{51968, NULL},
	{536870912, NULL},
	{~0ul, NULL},
};

static void test_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char name[32] = "";

		tap_ok(vdev_of_number(numbers[i].number, name, sizeof(name)) == !!numbers[i].name,
			"number %lu", numbers[i].number);
		tap_is(name, numbers[i].name ? numbers[i].name : "", "its name");
	}
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(1);
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		char text[300], name[400];
		struct devspec spec = {0};
		struct err e = {0};
		int r;

		mutate_text(&m, specs[mutate_random(&m, N_SPECS)].text, text, sizeof(text));
		r = devspec_parse(text, &spec, &e);
		if (r < 0)
			wrong += r != -EINVAL || !e.detail[0];
		else
			wrong += !spec.value[0] || (spec.kind == DEVSPEC_NAME) > !!spec.disk[0];
		if (r < 0 || spec.kind != DEVSPEC_NAME)
			continue;
		/* What was taken apart is the same when put together. */
		vdev_name(spec.disk, spec.part, name, sizeof(name));
		wrong += strcmp(name, spec.value) != 0 || !vdev_alike(name, spec.value);
	}
	tap_ok(n > 0 && wrong == 0, "mutated names are read or refused (%lu wrong)", wrong);
}

int main(void)
{
	test_specs();
	test_refused();
	test_pairs();
	test_uuids();
	test_names();
	test_numbers();
	test_mutations();
	return tap_done();
}
