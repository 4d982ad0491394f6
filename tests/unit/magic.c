/* SPDX-License-Identifier: GPL-2.0-or-later */
/* magic - images that are not raw, recognized by their first bytes */
#include "image/magic.h"

#include <string.h>

#include "tap.h"

static const struct {
	const char *bytes;
	size_t offset, len;
	const char *name;
} files[] = {
	{"QFI\xfb\0\0\0\1", 0, 8, "a qcow image"},
	{"QFI\xfb\0\0\0\2", 0, 8, "a qcow2 image"},
	{"QFI\xfb\0\0\0\3", 0, 8, "a qcow2 image"},
	{"KDMV", 0, 4, "a vmdk image"},
	{"# Disk DescriptorFile\n", 0, 22, "a vmdk image"},
	{"vhdxfile", 0, 8, "a vhdx image"},
	{"conectix", 0, 8, "a vhd image"},
	{"\x7f\x10\xda\xbe", 64, 4, "a vdi image"},
	{"\x1f\x8b\x08", 0, 3, "a file compressed with gzip"},
	{"\xfd\x37zXZ\0", 0, 6, "a file compressed with xz"},
	{"\x28\xb5\x2f\xfd", 0, 4, "a file compressed with zstd"},
	{"ustar", 257, 5, "a tar archive, as an OVA is"},
	{"EFI PART", 512, 8, "a disk whose GPT is damaged or extends beyond its end"},
	{"QFI", 0, 3, NULL},
	{"QFI\xfb", 1, 4, NULL},
	{"\x7f\x10\xda\xbe", 0, 4, NULL},
	{"\x53\xef", 56, 2, NULL},
	{"", 0, 0, NULL},
};

static void test_files(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		uint8_t head[MAGIC_HEAD] = {0};
		int kind;

		memcpy(head + files[i].offset, files[i].bytes, files[i].len);
		kind = magic_recognise(head, sizeof(head));
		if (!files[i].name) {
			tap_ok(kind == 0, "file %zu has no known format", i);
			continue;
		}
		tap_is(magic_name(kind) ? magic_name(kind) : "", files[i].name, "its kind");
		tap_ok(magic_advice(kind) && magic_advice(kind)[0], "its advice");
		tap_ok(magic_recognise(head, files[i].offset + 2) == 0,
			"truncated: no known format");
	}
}

/* A number may come from a process that is not to be believed. */
static void test_numbers(void)
{
	static const int wrong[] = {0, -1, 1000, 2147483647, -2147483647 - 1};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		tap_ok(!magic_name(wrong[i]) && !magic_advice(wrong[i]), "kind %d does not exist",
			wrong[i]);
}

int main(void)
{
	test_files();
	test_numbers();
	return tap_done();
}
