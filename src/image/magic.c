/* SPDX-License-Identifier: GPL-2.0-or-later */
/* magic - recognize images that are not raw by their first bytes */
#include "image/magic.h"

#include <string.h>

#include "base/array.h"
#include "image/header.h"

static const char convert[] = "convert it with 'qemu-img convert -O raw', or export it with "
			      "'qemu-nbd --read-only --connect=/dev/nbd0' and use /dev/nbd0";

static const struct kind {
	const char *name;
	size_t offset, len;
	const char *magic;
	const char *advice;
	enum image_format format; /* IMAGE_RAW: not supported */
} kinds[] = {
	{"a qcow image", 0, 8, "QFI\xfb\0\0\0\1", convert, IMAGE_RAW},
	{"a qcow2 image", 0, 4, "QFI\xfb", convert, IMAGE_QCOW2},
	{"a qed image", 0, 4, "QED\0", convert, IMAGE_RAW},
	{"a vmdk image", 0, 4, "KDMV", convert, IMAGE_VMDK},
	{"a vmdk image", 0, 4, "COWD", convert, IMAGE_RAW},
	{"a vmdk image", 0, 21, "# Disk DescriptorFile", convert, IMAGE_VMDK},
	{"a vhdx image", 0, 8, "vhdxfile", convert, IMAGE_VHDX},
	{"a vhd image", 0, 8, "conectix", convert, IMAGE_VHD},
	{"a vdi image", 64, 4, "\x7f\x10\xda\xbe", convert, IMAGE_VDI},
	{"a parallels image", 0, 16, "WithoutFreeSpace", convert, IMAGE_RAW},
	{"a parallels image", 0, 16, "WithouFreSpacExt", convert, IMAGE_RAW},
	{"a file compressed with gzip", 0, 3, "\x1f\x8b\x08", "unpack it first: gzip -d",
		IMAGE_RAW},
	{"a file compressed with xz", 0, 6,
		"\xfd"
		"7zXZ\0",
		"unpack it first: xz -d", IMAGE_RAW},
	{"a file compressed with zstd", 0, 4, "\x28\xb5\x2f\xfd", "unpack it first: zstd -d",
		IMAGE_RAW},
	{"a file compressed with lz4", 0, 4, "\x04\x22\x4d\x18", "unpack it first: lz4 -d",
		IMAGE_RAW},
	{"a file compressed with bzip2", 0, 3, "BZh", "unpack it first: bzip2 -d", IMAGE_RAW},
	{"a zip archive", 0, 4, "PK\3\4", "unpack it first: unzip", IMAGE_RAW},
	{"a tar archive, as an OVA is", 257, 5, "ustar", "unpack it first: tar -x", IMAGE_RAW},
	{"a disk whose GPT is damaged or extends beyond its end", 512, 8, "EFI PART",
		"compare its size with that of the disk it was copied from", IMAGE_RAW},
};

int magic_recognise(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].offset + kinds[i].len <= len &&
			!memcmp(head + kinds[i].offset, kinds[i].magic, kinds[i].len))
			return (int)i + 1;
	return 0;
}

static const struct kind *kind_of(int kind)
{
	return kind >= 1 && (size_t)kind <= COUNT(kinds) ? &kinds[kind - 1] : NULL;
}

int magic_format(int kind)
{
	const struct kind *k = kind_of(kind);

	return k && k->format != IMAGE_RAW ? (int)k->format : -1;
}

const char *magic_name(int kind)
{
	const struct kind *k = kind_of(kind);

	return k ? k->name : NULL;
}

const char *magic_advice(int kind)
{
	const struct kind *k = kind_of(kind);

	return k ? k->advice : NULL;
}
