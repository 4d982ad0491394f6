/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead - headers of images: valid ones, and hostile ones that must not harm the reader */
#include "image/header.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "tap.h"

#define SIZE (1u << 20)

struct file {
	uint8_t *bytes;
	uint64_t size;
};

static int64_t read_file(void *arg, uint64_t offset, void *to, size_t len)
{
	const struct file *f = arg;

	if (offset >= f->size)
		return 0;
	if (len > f->size - offset)
		len = f->size - offset;
	memcpy(to, f->bytes + offset, len);
	return (int64_t)len;
}

static struct imagehead head;

static int read_head(struct file *f, enum image_format format, struct err *e)
{
	const struct image_source from = {.read = read_file, .arg = f, .size = f->size};

	*e = (struct err){0};
	return imagehead_read(format, &from, "'x'", &head, e);
}

static void big(uint8_t *at, uint64_t v, unsigned int n)
{
	while (n-- > 0) {
		at[n] = (uint8_t)v;
		v >>= 8;
	}
}

static void little(uint8_t *at, uint64_t v, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++, v >>= 8)
		at[i] = (uint8_t)v;
}

static void text(uint8_t *at, const char *what)
{
	memcpy(at, what, strlen(what));
}

/* ---- what each format looks like, as small as it can be ---- */

static void make_qcow2(uint8_t *b)
{
	text(b, "QFI\xfb");
	big(b + 4, 3, 4);
	big(b + 20, 16, 4);
	big(b + 24, 10 << 20, 8);
	big(b + 36, 1, 4);
	big(b + 40, 196608, 8);
	big(b + 96, 4, 4);
	big(b + 100, 104, 4);
}

static void make_vmdk(uint8_t *b)
{
	text(b, "KDMV");
	little(b + 4, 1, 4);
	little(b + 12, 20480, 8);
	little(b + 20, 128, 8);
	little(b + 28, 1, 8);
	little(b + 36, 20, 8);
	little(b + 44, 512, 4);
	text(b + 512, "# Disk DescriptorFile\nparentCID=ffffffff\nRW 20480 SPARSE \"x.vmdk\"\n");
}

static void make_description(uint8_t *b)
{
	text(b, "# Disk DescriptorFile\nversion=1\nparentCID=ffffffff\n"
		"RW 4096 SPARSE \"a b.vmdk\"\nRW 100 FLAT \"flat\" 7\nNOACCESS 5 ZERO\n");
}

static void make_vhd(uint8_t *b)
{
	text(b, "conectix");
	big(b + 16, 512, 8);
	big(b + 48, 10 << 20, 8);
	big(b + 60, 3, 4);
	text(b + 512, "cxsparse");
	big(b + 512 + 28, 5, 4);
	big(b + 512 + 32, 2 << 20, 4);
}

#define ITEM "\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b"
#define DISK "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8"
#define META "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e"
#define BATS "\x66\x77\xc2\x2d\x23\xf6\x00\x42\x9d\x64\x11\x5e\x9b\xfd\x4a\x08"

static void make_vhdx(uint8_t *b)
{
	uint8_t *table = b + (192 << 10), *meta = b + (512 << 10);

	text(b, "vhdxfile");
	text(table, "regi");
	little(table + 8, 2, 4);
	memcpy(table + 16, BATS, 16);
	little(table + 16 + 24, 1 << 20, 4);
	memcpy(table + 48, META, 16);
	little(table + 48 + 16, 512 << 10, 8);
	text(meta, "metadata");
	little(meta + 10, 2, 2);
	memcpy(meta + 32, ITEM, 16);
	little(meta + 32 + 16, 65536, 4);
	little(meta + 32 + 20, 8, 4);
	memcpy(meta + 64, DISK, 16);
	little(meta + 64 + 16, 65544, 4);
	little(meta + 64 + 20, 8, 4);
	little(meta + 65536, 8 << 20, 4);
	little(meta + 65544, 10 << 20, 8);
}

static void make_vdi(uint8_t *b)
{
	little(b + 64, 0xbeda107f, 4);
	little(b + 68, 0x00010001, 4);
	little(b + 76, 1, 4);
	little(b + 340, 512, 4);
	little(b + 368, 10 << 20, 8);
	little(b + 376, 1 << 20, 4);
	little(b + 384, 10, 4);
}

static const struct {
	const char *name;
	enum image_format format;
	void (*make)(uint8_t *b);
	uint64_t file; /* bytes of it */
	uint64_t size; /* of the disk, as it says */
} good[] = {
	{"qcow2", IMAGE_QCOW2, make_qcow2, SIZE, 10 << 20},
	{"vmdk", IMAGE_VMDK, make_vmdk, SIZE, 10 << 20},
	{"a vmdk's description", IMAGE_VMDK, make_description, 1024, 4196 * 512},
	{"vhd", IMAGE_VHD, make_vhd, SIZE, 0},
	{"vhdx", IMAGE_VHDX, make_vhdx, SIZE, 10 << 20},
	{"vdi", IMAGE_VDI, make_vdi, SIZE, 10 << 20},
};
#define N_GOOD (sizeof(good) / sizeof(good[0]))

static void test_good(struct file *f)
{
	struct err e;

	for (size_t i = 0; i < N_GOOD; i++) {
		memset(f->bytes, 0, SIZE);
		good[i].make(f->bytes);
		f->size = good[i].file;
		tap_ok(read_head(f, good[i].format, &e) == 0, "%s is read: %s", good[i].name,
			e.detail);
		tap_ok(head.size == good[i].size, "its size");
		for (int other = IMAGE_RAW; other < IMAGE_FORMATS; other++)
			if (other != (int)good[i].format)
				tap_ok(read_head(f, (enum image_format)other, &e) == -EMEDIUMTYPE,
					"%s is not %s", good[i].name,
					image_format_name((enum image_format)other));
	}
}

static void test_extents(struct file *f)
{
	struct err e;

	memset(f->bytes, 0, SIZE);
	make_description(f->bytes);
	f->size = 1024;
	tap_ok(read_head(f, IMAGE_VMDK, &e) == 0 && head.n_extents == 2,
		"a vmdk with two extents is read");
	tap_is(head.extent[0].guest_name, "a b.vmdk", "the first extent's name has a blank");
	tap_ok(!head.extent[0].flat && head.extent[0].sectors == 4096,
		"the first extent is sparse");
	tap_is(head.extent[1].guest_name, "flat", "the second extent's name");
	tap_ok(head.extent[1].flat && head.extent[1].offset == 7, "the second extent is flat");
}

static void test_references(struct file *f)
{
	struct err e;

	memset(f->bytes, 0, SIZE);
	make_qcow2(f->bytes);
	f->size = SIZE;
	big(f->bytes + 104 + 8, 0xe2792aca, 4); /* behind a header of 112 bytes */
	big(f->bytes + 100, 112, 4);
	big(f->bytes + 116, 5, 4);
	text(f->bytes + 120, "qcow2");
	big(f->bytes + 8, 512, 8);
	big(f->bytes + 16, 9, 4);
	text(f->bytes + 512, "base.qcow");
	tap_ok(read_head(f, IMAGE_QCOW2, &e) == 0, "a backing file is read: %s", e.detail);
	tap_is(head.guest_backing, "base.qcow", "its name");
	tap_is(head.guest_backing_format, "qcow2", "its format");
	big(f->bytes + 72, 4, 8);
	tap_ok(read_head(f, IMAGE_QCOW2, &e) == -EBADMSG, "a data file without a name is refused");
}

/* A header's extension of so many letters, in the middle a zero byte or not. */
static const struct {
	const char *what;
	uint32_t kind, len;
	bool zero;
	int code;
} extensions[] = {
	{"of a kind that nobody knows", 0x6803f857, 8, true, 0},
	{"with a key's place", 0x0537be77, 16, false, -EOPNOTSUPP},
	{"with a data file's name", 0x44415441, IMAGE_NAME_MAX - 1, false, 0},
	{"with one that is too long", 0x44415441, IMAGE_NAME_MAX, false, -EBADMSG},
	{"with one of no bytes", 0x44415441, 0, false, -EBADMSG},
	{"with a zero byte in it", 0x44415441, 8, true, -EBADMSG},
};

static void test_extensions(struct file *f)
{
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		const uint32_t len = extensions[i].len;
		struct err e;

		memset(f->bytes, 0, SIZE);
		make_qcow2(f->bytes);
		f->size = SIZE;
		big(f->bytes + 104, extensions[i].kind, 4);
		big(f->bytes + 108, len, 4);
		memset(f->bytes + 112, 'n', len);
		if (extensions[i].zero)
			f->bytes[112 + len / 2] = 0;
		tap_ok(read_head(f, IMAGE_QCOW2, &e) == extensions[i].code, "an extension %s: %s",
			extensions[i].what, e.detail);
	}
}

/* ---- what is wrong with one that was right ---- */

static const struct {
	size_t which; /* of good[] */
	const char *what;
	bool big;
	size_t at;
	unsigned int n;
	uint64_t value;
	int code;
} wrong[] = {
	{0, "version 4", true, 4, 4, 4, -EOPNOTSUPP},
	{0, "clusters of 4 GiB", true, 20, 4, 32, -EBADMSG},
	{0, "no size", true, 24, 8, 0, -EBADMSG},
	{0, "a size of 2^63", true, 24, 8, UINT64_C(1) << 63, -EBADMSG},
	{0, "a size that its table can't keep", true, 24, 8, UINT64_C(1) << 40, -EBADMSG},
	{0, "a table of 32 GiB", true, 36, 4, UINT32_MAX, -EBADMSG},
	{0, "a table beyond its end", true, 40, 8, UINT64_C(1) << 40, -EBADMSG},
	{0, "a table that is not aligned", true, 40, 8, 513, -EBADMSG},
	{0, "encrypted", true, 32, 4, 2, -EOPNOTSUPP},
	{0, "an unknown feature", true, 72, 8, 32, -EOPNOTSUPP},
	{0, "a header longer than a cluster", true, 100, 4, 1 << 20, -EBADMSG},
	{0, "a header shorter than it is", true, 100, 4, 72, -EBADMSG},
	{0, "a backing file's name beyond the cluster", true, 8, 8, UINT64_MAX, -EBADMSG},
	{0, "a backing file's name of no bytes", true, 8, 8, 512, -EBADMSG},
	{1, "extents named elsewhere", false, 12, 8, 0, -EOPNOTSUPP},
	{1, "2^63 sectors", false, 12, 8, UINT64_C(1) << 63, -EBADMSG},
	{1, "sectors for 64 GiB of tables", false, 12, 8, UINT64_C(1) << 50, -EBADMSG},
	{1, "grains of no bytes", false, 20, 8, 0, -EBADMSG},
	{1, "grains of 3 sectors", false, 20, 8, 3, -EBADMSG},
	{1, "tables of no entries", false, 44, 4, 0, -EBADMSG},
	{1, "tables of 2^32 entries", false, 44, 4, UINT32_MAX, -EBADMSG},
	{1, "a footer that is not there", false, 56, 8, UINT64_MAX, -EBADMSG},
	{1, "a description beyond all ends", false, 28, 8, UINT64_MAX, -EBADMSG},
	{1, "an unknown compression", false, 77, 2, 2, -EOPNOTSUPP},
	{3, "a difference", true, 60, 4, 4, -EOPNOTSUPP},
	{3, "of a kind that nobody knows", true, 60, 4, 9, -EOPNOTSUPP},
	{3, "fixed, with a footer at its start", true, 60, 4, 2, -EBADMSG},
	{3, "a header beyond all ends", true, 16, 8, UINT64_MAX, -EBADMSG},
	{3, "2^32 entries", true, 512 + 28, 4, UINT32_MAX, -EBADMSG},
	{3, "too few entries", true, 512 + 28, 4, 1, -EBADMSG},
	{3, "blocks of no bytes", true, 512 + 32, 4, 0, -EBADMSG},
	{4, "2^32 regions", false, (192 << 10) + 8, 4, UINT32_MAX, -EBADMSG},
	{4, "metadata beyond all ends", false, (192 << 10) + 48 + 16, 8, UINT64_MAX, -EBADMSG},
	{4, "a table of 4 GiB", false, (192 << 10) + 16 + 24, 4, UINT32_MAX, -EBADMSG},
	{4, "a parent", false, (512 << 10) + 65540, 4, 2, -EOPNOTSUPP},
	{4, "blocks of no bytes", false, (512 << 10) + 65536, 4, 0, -EBADMSG},
	{4, "a disk of 2^63 bytes", false, (512 << 10) + 65544, 8, UINT64_C(1) << 63, -EBADMSG},
	{4, "a disk that its table can't keep", false, (512 << 10) + 65544, 8, UINT64_C(1) << 45,
		-EBADMSG},
	{5, "a difference", false, 76, 4, 4, -EOPNOTSUPP},
	{5, "a parent", false, 440, 4, 1, -EOPNOTSUPP},
	{5, "version 9", false, 68, 4, 9, -EOPNOTSUPP},
	{5, "blocks of no bytes", false, 376, 4, 0, -EOPNOTSUPP},
	{5, "2^32 blocks", false, 384, 4, UINT32_MAX, -EBADMSG},
	{5, "too few blocks", false, 384, 4, 9, -EBADMSG},
	{5, "a map beyond its end", false, 340, 4, UINT32_MAX, -EBADMSG},
};

static void test_wrong(struct file *f)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err e;

		memset(f->bytes, 0, SIZE);
		good[wrong[i].which].make(f->bytes);
		f->size = good[wrong[i].which].file;
		(wrong[i].big ? big : little)(f->bytes + wrong[i].at, wrong[i].value, wrong[i].n);
		tap_ok(read_head(f, good[wrong[i].which].format, &e) == wrong[i].code, "%s: %s: %s",
			good[wrong[i].which].name, wrong[i].what, e.detail);
		tap_ok(e.detail[0] || wrong[i].code == 0, "the error says why");
	}
}

/* The lines of a description; "": it is right. */
static const struct {
	const char *line;
	int code;
} lines[] = {
	{"RW 1 VMFS \"x\"", -EOPNOTSUPP},
	{"RW 1 SPARSE", -EBADMSG},
	{"RW 1 SPARSE \"x", -EBADMSG},
	{"RW 1 SPARSE \"\"", -EBADMSG},
	{"RW 0 SPARSE \"x\"", -EBADMSG},
	{"RW -1 SPARSE \"x\"", -EBADMSG},
	{"RW 18446744073709551615 SPARSE \"x\"", -EBADMSG},
	{"RW 1 FLAT \"x\"", -EBADMSG},
	{"RW 1 FLAT \"x\" -1", -EBADMSG},
	{"RW 18014398509481983 FLAT \"x\" 0\nRW 18014398509481983 FLAT \"x\" 0", -EBADMSG},
	{"parentCID=12345678\nRW 1 SPARSE \"x\"", -EOPNOTSUPP},
	{"RDONLY 1 SPARSE \"x\"", -EBADMSG},
	{"", -EBADMSG},
	{"RW 1 SPARSE \"x\"", 0},
};

static void test_lines(struct file *f)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct err e;

		memset(f->bytes, 0, SIZE);
		text(f->bytes, "# Disk DescriptorFile\n");
		text(f->bytes + 22, lines[i].line);
		f->size = 1024;
		tap_ok(read_head(f, IMAGE_VMDK, &e) == lines[i].code, "%s: %s", lines[i].line,
			e.detail);
	}
}

/* Cut off anywhere, and with bytes changed at random: an error or an answer within its bounds. */
static void test_damage(struct file *f)
{
	struct mutate m = mutate_for(2);
	bool bounded = true;
	struct err e;

	while (mutate_more(&m)) {
		size_t which = mutate_random(&m, N_GOOD);

		memset(f->bytes, 0, SIZE);
		good[which].make(f->bytes);
		f->size = mutate_random(&m, 4) ? good[which].file
					       : mutate_random(&m, good[which].file);
		for (uint64_t n = mutate_random(&m, 8); n > 0; n--)
			f->bytes[mutate_random(&m, mutate_random(&m, 2) ? 1024 : SIZE)] =
				(uint8_t)mutate_random(&m, 256);
		if (read_head(f, good[which].format, &e) < 0)
			bounded = bounded && e.step && e.code < 0;
		else
			bounded = bounded && head.n_extents <= IMAGE_EXTENTS_MAX &&
				  head.size <= INT64_MAX &&
				  memchr(head.guest_backing, 0, sizeof(head.guest_backing));
	}
	tap_ok(bounded, "damaged headers are refused or read within bounds");
}

int main(void)
{
	struct file f = {.bytes = malloc(SIZE), .size = SIZE};

	test_good(&f);
	test_extents(&f);
	test_references(&f);
	test_extensions(&f);
	test_wrong(&f);
	test_lines(&f);
	test_damage(&f);
	free(f.bytes);
	return tap_done();
}
