/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - headers of kernels: complete, truncated and damaged */
#include "guest/kernel.h"

#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

#define SIZE	16384
#define VERSION "6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP"

static void put16(uint8_t *at, unsigned int n)
{
	at[0] = (uint8_t)n;
	at[1] = (uint8_t)(n >> 8);
}

static void put32(uint8_t *at, uint32_t n)
{
	put16(at, n & 0xffff);
	put16(at + 2, n >> 16);
}

/* Three setup sectors, a version in them, a payload of 1000 bytes 700 bytes behind them. */
static void make_bzimage(uint8_t *to, unsigned int protocol, const char *magic, size_t n)
{
	memset(to, 0, SIZE);
	to[0x1f1] = 3;
	memcpy(to + 0x1fe, "\x55\xaa", 2);
	memcpy(to + 0x202, "HdrS", 4);
	put16(to + 0x206, protocol);
	put16(to + 0x20e, 0x300);
	strcpy((char *)to + 0x500, VERSION);
	put16(to + 0x236, 1);
	put32(to + 0x248, 700);
	put32(to + 0x24c, 1000);
	memcpy(to + 2048 + 700, magic, n);
}

static void make_elf(uint8_t *to, int bits, unsigned int type, unsigned int machine)
{
	memset(to, 0, SIZE);
	memcpy(to, "\177ELF", 4);
	to[4] = bits == 64 ? 2 : 1;
	to[5] = 1;
	to[6] = 1;
	put16(to + 0x10, type);
	put16(to + 0x12, machine);
}

static void make_arm64(uint8_t *to)
{
	memset(to, 0, SIZE);
	memcpy(to + 0x38, "ARM\x64", 4);
}

static void make_zboot(uint8_t *to, unsigned int machine)
{
	memset(to, 0, SIZE);
	memcpy(to, "MZ\0\0zimg", 8);
	put32(to + 8, 4096);
	put32(to + 12, 5000);
	to[0x3c] = 64;
	memcpy(to + 64, "PE\0", 4);
	put16(to + 68, machine);
	memcpy(to + 4096, "\x28\xb5\x2f\xfd", 4);
}

/* Looks at a copy that ends where the bytes end, so that a sanitizer sees a step too far. */
static struct kernel_info identify(const uint8_t *bytes, size_t len, uint64_t file_size)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct kernel_info info;

	memset(&info, 0x55, sizeof(info));
	memcpy(exact, bytes, len);
	kernel_identify(exact, len, file_size, &info);
	free(exact);
	return info;
}

static void check(const struct kernel_info *info, enum kernel_kind kind, const char *version,
	const char *compression, const char *arch, const char *what)
{
	if (!tap_ok(info->kind == kind, "%s: its kind", what))
		printf("# %s, not %s\n", kernel_kind_name(info->kind), kernel_kind_name(kind));
	tap_is(info->version, version, "its version");
	tap_is(info->compression, compression, "its compression");
	tap_is(info->arch, arch, "its architecture");
}

static void test_bzimage(void)
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} formats[] = {
		{"gzip", "\x1f\x8b\x08", 3},
		{"bzip2", "BZh9", 4},
		{"xz", "\3757zXZ\0", 6},
		{"zstd", "\x28\xb5\x2f\xfd", 4},
		{"lzma", "\x5d\0\0\0\x80", 5},
		{"lzo", "\x89LZO\0\r\n\x1a\n", 9},
		{"lz4", "\x02\x21\x4c\x18", 4},
		{"", "what", 4},
	};
	static uint8_t bytes[SIZE];
	struct kernel_info info;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		make_bzimage(bytes, 0x20f, formats[i].magic, formats[i].len);
		info = identify(bytes, SIZE, SIZE);
		check(&info, KERNEL_BZIMAGE, VERSION, formats[i].name, "x86_64", formats[i].magic);
	}
	make_bzimage(bytes, 0x207, "BZh", 3);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, VERSION, "", "", "protocol 2.07");
	make_bzimage(bytes, 0x20b, "BZh", 3);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, VERSION, "bzip2", "", "protocol 2.11");
	make_bzimage(bytes, 0x20c, "BZh", 3);
	put16(bytes + 0x236, 0);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, VERSION, "bzip2", "x86", "a 32 bit kernel");
}

static void test_bzimage_hostile(void)
{
	static uint8_t bytes[SIZE];
	struct kernel_info info;
	char all[128];

	make_bzimage(bytes, 0x20f, "BZh", 3);
	put16(bytes + 0x20e, 0xffff);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, "", "bzip2", "x86_64", "a version beyond the end");
	put16(bytes + 0x20e, 2048 - 0x200);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, "", "bzip2", "x86_64", "a version after the setup");
	put16(bytes + 0x20e, 2047 - 0x200);
	bytes[2047] = '7';
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, "7", "bzip2", "x86_64", "a version at the end of the setup");
	put16(bytes + 0x20e, 0);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, "", "bzip2", "x86_64", "no version");
	put16(bytes + 0x20e, 0x300);
	memcpy(bytes + 0x500, "6.1\x1b[2J\n\xff%s", 12);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, "6.1?[2J??%s", "bzip2", "x86_64",
		"a version with control characters");
	memset(bytes + 0x500, 'v', 300);
	memset(all, 'v', 127);
	all[127] = '\0';
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, all, "bzip2", "x86_64", "an endless version");
	put32(bytes + 0x248, 0xffffffff);
	info = identify(bytes, SIZE, UINT64_MAX);
	check(&info, KERNEL_BZIMAGE, all, "", "x86_64", "a payload beyond the end");
	put32(bytes + 0x248, 700);
	put32(bytes + 0x24c, 0xffffffff);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, all, "", "x86_64", "a payload longer than the file");
	put32(bytes + 0x248, SIZE - 2048 - 2);
	put32(bytes + 0x24c, 2);
	memcpy(bytes + SIZE - 2, "BZ", 2);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, all, "", "x86_64", "a payload whose magic is truncated");
	make_bzimage(bytes, 0x20f, "", 0);
	bytes[0x1f1] = 0;
	memcpy(bytes + 2560 + 700, "BZh", 3);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_BZIMAGE, VERSION, "bzip2", "x86_64", "0 setup sectors mean 4");
}

static void test_elf(void)
{
	static const struct {
		int bits;
		unsigned int type, machine;
		const char *arch; /* NULL: not a kernel */
	} elves[] = {
		{64, 2, 62, "x86_64"},
		{64, 3, 62, "x86_64"},
		{32, 2, 3, "x86"},
		{64, 2, 183, "arm64"},
		{32, 2, 40, "arm"},
		{64, 2, 243, "riscv64"},
		{32, 2, 243, "riscv32"},
		{64, 2, 21, "ppc64"},
		{64, 1, 62, NULL},
		{64, 4, 62, NULL},
		{64, 2, 0, NULL},
		{64, 2, 9999, NULL},
	};
	static uint8_t bytes[SIZE];
	struct kernel_info info;

	for (size_t i = 0; i < sizeof(elves) / sizeof(elves[0]); i++) {
		const char *arch = elves[i].arch;

		make_elf(bytes, elves[i].bits, elves[i].type, elves[i].machine);
		info = identify(bytes, SIZE, SIZE);
		check(&info, arch ? KERNEL_ELF : KERNEL_UNKNOWN, "", "", arch ? arch : "", "ELF");
	}
	make_elf(bytes, 64, 0x200, 22 << 8);
	bytes[5] = 2;
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ELF, "", "", "s390x", "big-endian ELF");
	bytes[5] = 3;
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_UNKNOWN, "", "", "", "ELF of no byte order");
	make_elf(bytes, 64, 2, 62);
	info = identify(bytes, 63, 63);
	check(&info, KERNEL_UNKNOWN, "", "", "", "ELF cut off in its header");
}

static void test_others(void)
{
	static uint8_t bytes[SIZE];
	struct kernel_info info;

	make_arm64(bytes);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ARM64, "", "", "arm64", "arm64 Image");
	info = identify(bytes, 63, 63);
	check(&info, KERNEL_UNKNOWN, "", "", "", "a truncated arm64 Image");
	memset(bytes, 0, SIZE);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_UNKNOWN, "", "", "", "zeros");
	info = identify(bytes, 0, 0);
	check(&info, KERNEL_UNKNOWN, "", "", "", "nothing");
	tap_is(kernel_kind_name(KERNEL_BZIMAGE), "bzImage", "bzImage's name");
	tap_is(kernel_kind_name(KERNEL_ELF), "ELF", "ELF's name");
	tap_is(kernel_kind_name(KERNEL_ARM64), "arm64 Image", "arm64's name");
	tap_is(kernel_kind_name(KERNEL_ZBOOT), "EFI zboot", "zboot's name");
	tap_is(kernel_kind_name(KERNEL_UNKNOWN), "unknown", "unknown's name");
}

static void test_zboot(void)
{
	static uint8_t bytes[SIZE];
	struct kernel_info info;

	make_zboot(bytes, 0xaa64);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ZBOOT, "", "zstd", "arm64", "an EFI zboot");
	tap_ok(info.payload_at == 4096 && info.payload_size == 5000, "its payload");
	put16(bytes + 68, 0x5064);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ZBOOT, "", "zstd", "riscv64", "an EFI zboot for RISC-V");
	put32(bytes + 0x3c, 0xfffffff0);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ZBOOT, "", "zstd", "", "a PE header beyond the end");
	put32(bytes + 12, 0xffffffff);
	info = identify(bytes, SIZE, SIZE);
	check(&info, KERNEL_ZBOOT, "", "", "", "a payload beyond the end");
	tap_ok(info.payload_size == 0, "a payload beyond the end has no size");
}

static struct kernel_info inside(const char *packed, const uint8_t *bytes, size_t len)
{
	struct kernel_info info = identify((const uint8_t *)packed, strlen(packed), 1234);

	tap_ok(info.packed && info.kind == KERNEL_UNKNOWN && info.payload_size == 1234,
		"a compressed file has no type yet");
	kernel_identify_inside(bytes, len, &info);
	return info;
}

static void test_packed(void)
{
	static uint8_t bytes[SIZE];
	struct kernel_info info;

	make_arm64(bytes);
	info = inside("\x1f\x8b\x08", bytes, SIZE);
	check(&info, KERNEL_ARM64, "", "gzip", "arm64", "a compressed arm64 Image");
	tap_ok(!kernel_is_bare(&info) && info.payload_size == 1234, "the file is still compressed");
	make_bzimage(bytes, 0x20f, "BZh", 3);
	info = inside("\x04\x22\x4d\x18", bytes, SIZE);
	check(&info, KERNEL_BZIMAGE, VERSION, "lz4", "x86_64", "a compressed bzImage");
	memset(bytes, 0, SIZE);
	info = inside("BZh9", bytes, SIZE);
	check(&info, KERNEL_UNKNOWN, "", "", "", "compressed zeros");
	tap_ok(!info.packed, "compressed zeros are not a compressed kernel");
	info = inside("\x1f\x8b\x08", (const uint8_t *)"BZh9", 4);
	check(&info, KERNEL_UNKNOWN, "", "", "", "a kernel compressed twice");
	info = inside("\x1f\x8b\x08", bytes, 0);
	check(&info, KERNEL_UNKNOWN, "", "", "", "a compressed file that cannot be unpacked");
}

static int is_sound(const struct kernel_info *info)
{
	const char *texts[] = {info->version, info->compression, info->arch};
	const size_t sizes[] = {
		sizeof(info->version), sizeof(info->compression), sizeof(info->arch)};

	for (size_t i = 0; i < 3; i++) {
		if (!memchr(texts[i], 0, sizes[i]))
			return 0;
		for (const char *c = texts[i]; *c; c++)
			if (*c < ' ' || *c > '~')
				return 0;
	}
	return info->kind <= KERNEL_ZBOOT && (info->kind || !info->arch[0]) &&
	       !info->payload_size == !info->compression[0];
}

static void make_any(size_t which, uint8_t *to)
{
	if (which == 0)
		make_bzimage(to, 0x20f, "BZh", 3);
	if (which == 1)
		make_elf(to, 64, 2, 62);
	if (which == 2)
		make_arm64(to);
	if (which == 3)
		make_zboot(to, 0xaa64);
}

static void test_cut(void)
{
	static uint8_t bytes[SIZE];

	for (size_t which = 0; which < 4; which++) {
		size_t len = SIZE, wrong = 0;

		make_any(which, bytes);

		for (size_t n = 0; n <= 4096 && n <= len; n++) {
			struct kernel_info short_file = identify(bytes, n, n);
			struct kernel_info short_read = identify(bytes, n, len);

			wrong += !is_sound(&short_file) || !is_sound(&short_read);
		}
		tap_ok(wrong == 0, "kernel %zu truncated at each length", which);
	}
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(2);
	static uint8_t bytes[SIZE];
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		size_t len = SIZE;
		size_t reach = mutate_random(&m, 2) ? 64 : 0x260;
		struct kernel_info info;

		make_any(mutate_random(&m, 4), bytes);
		for (uint64_t i = mutate_random(&m, 12); i > 0; i--)
			bytes[mutate_random(&m, reach)] = (uint8_t)mutate_random(&m, 256);
		if (mutate_random(&m, 2))
			len = mutate_random(&m, len + 1);
		info = identify(
			bytes, len, mutate_random(&m, 2) ? len : mutate_random(&m, 1 << 20));
		wrong += !is_sound(&info);
	}
	tap_ok(n > 0 && wrong == 0, "damaged kernels give valid results (%lu wrong)", wrong);
}

int main(void)
{
	test_bzimage();
	test_bzimage_hostile();
	test_elf();
	test_others();
	test_zboot();
	test_packed();
	test_cut();
	test_mutations();
	return tap_done();
}
