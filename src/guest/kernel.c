/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - what a file's header says it is */
#include "guest/kernel.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "base/own.h"
#include "base/quote.h"

#define INFLATE_MAX (64 * 1024)

/* What there is to look at; every read goes through has() or a function that calls it. */
struct view {
	const uint8_t *bytes;
	size_t len;
	uint64_t file_size;
};

const char *kernel_kind_name(enum kernel_kind kind)
{
	switch (kind) {
	case KERNEL_BZIMAGE:
		return "bzImage";
	case KERNEL_ELF:
		return "ELF";
	case KERNEL_ARM64:
		return "arm64 Image";
	case KERNEL_GZIP:
		return "gzip";
	case KERNEL_UNKNOWN:
		break;
	}
	return "unknown";
}

static bool has(const struct view *v, uint64_t at, const char *magic, size_t n)
{
	return at <= v->len && n <= v->len - at && !memcmp(v->bytes + at, magic, n);
}

/* Numbers from a header; 0 where it is cut off. */
static uint16_t le16(const struct view *v, size_t at)
{
	return at + 2 > v->len ? 0 : (uint16_t)(v->bytes[at] | v->bytes[at + 1] << 8);
}

static uint16_t be16(const struct view *v, size_t at)
{
	return at + 2 > v->len ? 0 : (uint16_t)(v->bytes[at] << 8 | v->bytes[at + 1]);
}

static uint32_t le32(const struct view *v, size_t at)
{
	return le16(v, at) | (uint32_t)le16(v, at + 2) << 16;
}

static void set_text(char *to, const char *text)
{
	memcpy(to, text, strlen(text) + 1);
}

/* Offsets and fields: Documentation/arch/x86/boot.rst of Linux. */
static uint64_t setup_size(const struct view *v)
{
	uint64_t sectors = v->len > 0x1f1 ? v->bytes[0x1f1] : 0;

	return ((sectors ? sectors : 4) + 1) * 512;
}

static void bzimage_version(const struct view *v, struct kernel_info *to)
{
	size_t offset = le16(v, 0x20e), start = offset + 0x200, max = sizeof(to->version) - 1;

	if (!offset || start >= v->len || start >= setup_size(v))
		return;
	if (max > v->len - start)
		max = v->len - start;
	memcpy(to->version, v->bytes + start, max);
	quote_flatten(to->version);
}

static void bzimage_compression(const struct view *v, struct kernel_info *to)
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} formats[] = {
		{"gzip", "\x1f\x8b", 2},
		{"gzip", "\x1f\x9e", 2},
		{"bzip2", "BZh", 3},
		{"xz", "\3757zXZ\0", 6},
		{"zstd", "\x28\xb5\x2f\xfd", 4},
		{"lzma", "\x5d\0\0", 3},
		{"lzo", "\x89LZO\0", 5},
		{"lz4", "\x02\x21\x4c\x18", 4},
	};
	uint64_t start = setup_size(v) + le32(v, 0x248);

	if (start + le32(v, 0x24c) > v->file_size)
		return;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (has(v, start, formats[i].magic, formats[i].len)) {
			set_text(to->compression, formats[i].name);
			return;
		}
	}
}

static bool is_bzimage(const struct view *v, struct kernel_info *to)
{
	unsigned int protocol = le16(v, 0x206);

	if (!has(v, 0x1fe, "\x55\xaa", 2) || !has(v, 0x202, "HdrS", 4))
		return false;
	to->kind = KERNEL_BZIMAGE;
	bzimage_version(v, to);
	if (protocol >= 0x208)
		bzimage_compression(v, to);
	if (protocol >= 0x20c)
		set_text(to->arch, le16(v, 0x236) & 1 ? "x86_64" : "x86");
	return true;
}

static const char *elf_machine(unsigned int machine, bool is_64)
{
	switch (machine) {
	case 3:
		return "x86";
	case 8:
		return is_64 ? "mips64" : "mips";
	case 20:
		return "ppc";
	case 21:
		return "ppc64";
	case 22:
		return "s390x";
	case 40:
		return "arm";
	case 43:
		return "sparc64";
	case 62:
		return "x86_64";
	case 183:
		return "arm64";
	case 243:
		return is_64 ? "riscv64" : "riscv32";
	case 258:
		return "loongarch";
	}
	return NULL;
}

static bool is_elf(const struct view *v, struct kernel_info *to)
{
	bool is_64 = has(v, 4, "\2", 1), is_big = has(v, 5, "\2", 1);
	unsigned int type = is_big ? be16(v, 0x10) : le16(v, 0x10);
	const char *machine = elf_machine(is_big ? be16(v, 0x12) : le16(v, 0x12), is_64);

	if (!has(v, 0, "\177ELF", 4) || (!is_64 && !has(v, 4, "\1", 1)))
		return false;
	if ((!is_big && !has(v, 5, "\1", 1)) || (type != 2 && type != 3) || !machine)
		return false;
	if (v->len < (is_64 ? 64 : 52))
		return false;
	to->kind = KERNEL_ELF;
	set_text(to->arch, machine);
	return true;
}

static bool is_arm64(const struct view *v, struct kernel_info *to)
{
	if (v->len < 64 || !has(v, 0x38, "ARM\x64", 4))
		return false;
	to->kind = KERNEL_ARM64;
	set_text(to->arch, "arm64");
	return true;
}

static bool is_plain_kernel(const struct view *v, struct kernel_info *to)
{
	return is_bzimage(v, to) || is_elf(v, to) || is_arm64(v, to);
}

/* Inflates the beginning into to[INFLATE_MAX]; returns how much came out, damaged ends aside. */
static size_t inflate_start(const struct view *v, uint8_t *to)
{
	z_stream z = {.next_in = (uint8_t *)v->bytes, .next_out = to, .avail_out = INFLATE_MAX};
	size_t n;

	z.avail_in = v->len > UINT32_MAX ? UINT32_MAX : (unsigned int)v->len;
	/* 16: a gzip wrapper and no other. */
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return 0;
	inflate(&z, Z_SYNC_FLUSH);
	n = INFLATE_MAX - z.avail_out;
	inflateEnd(&z);
	return n;
}

static int look_into_gzip(const struct view *v, struct kernel_info *to)
{
	own_free uint8_t *inside = malloc(INFLATE_MAX);
	struct view inner = {.bytes = inside, .file_size = UINT64_MAX};

	if (!inside)
		return -ENOMEM;
	inner.len = inflate_start(v, inside);
	if (is_plain_kernel(&inner, to))
		to->kind = KERNEL_GZIP;
	return 0;
}

int kernel_identify(const uint8_t *bytes, size_t len, uint64_t file_size, struct kernel_info *ret)
{
	struct view v = {.bytes = bytes, .len = len, .file_size = file_size};
	struct kernel_info info = {0};
	int r = 0;

	if (!is_plain_kernel(&v, &info) && has(&v, 0, "\x1f\x8b\x08", 3))
		r = look_into_gzip(&v, &info);
	if (r < 0)
		return r;
	*ret = info;
	return 0;
}
