/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - identify a kernel by its file's header */
#include "guest/kernel.h"

#include <string.h>

#include "base/array.h"
#include "base/quote.h"
#include "guest/view.h"

struct header {
	struct view view;
	uint64_t file_size;
};

const char *kernel_kind_name(enum kernel_kind kind)
{
	static const char *const names[] = {[KERNEL_UNKNOWN] = "unknown",
		[KERNEL_BZIMAGE] = "bzImage",
		[KERNEL_ELF] = "ELF",
		[KERNEL_ARM64] = "arm64 Image",
		[KERNEL_ZBOOT] = "EFI zboot"};

	return names[(size_t)kind < COUNT(names) ? kind : KERNEL_UNKNOWN];
}

static void set_text(char *to, const char *text)
{
	memcpy(to, text, strlen(text) + 1);
}

/* Record the payload at @at and its format; false if the format is unknown. */
static bool take_payload(const struct view *v, uint64_t at, uint64_t size, struct kernel_info *to)
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} formats[] = {
		{"gzip", "\x1f\x8b\x08", 3},
		{"bzip2", "BZh", 3},
		{"xz", "\3757zXZ\0", 6},
		{"zstd", "\x28\xb5\x2f\xfd", 4},
		{"lzma", "\x5d\0\0", 3},
		{"lzo", "\x89LZO\0", 5},
		{"lz4", "\x02\x21\x4c\x18", 4},
		{"lz4", "\x04\x22\x4d\x18", 4},
	};

	for (size_t i = 0; i < COUNT(formats); i++) {
		if (!view_has(v, at, formats[i].magic, formats[i].len))
			continue;
		set_text(to->compression, formats[i].name);
		to->payload_at = at;
		to->payload_size = size;
		return true;
	}
	return false;
}

/* ---- bzImage; see Documentation/arch/x86/boot.rst of Linux ---- */

static uint64_t setup_size(const struct view *v)
{
	uint64_t sectors = view_number(v, 0x1f1, 1);

	return ((sectors ? sectors : 4) + 1) * 512;
}

static void bzimage_version(const struct view *v, struct kernel_info *to)
{
	size_t offset = view_number(v, 0x20e, 2), start = offset + 0x200;
	size_t max = sizeof(to->version) - 1;

	if (!offset || start >= v->len || start >= setup_size(v))
		return;
	if (max > v->len - start)
		max = v->len - start;
	memcpy(to->version, v->bytes + start, max);
	quote_flatten(to->version);
}

static void bzimage_payload(const struct header *h, struct kernel_info *to)
{
	uint64_t start = setup_size(&h->view) + view_number(&h->view, 0x248, 4);
	uint64_t size = view_number(&h->view, 0x24c, 4);

	if (start + size <= h->file_size)
		take_payload(&h->view, start, size, to);
}

static bool is_bzimage(const struct header *h, struct kernel_info *to)
{
	const struct view *v = &h->view;
	uint64_t protocol = view_number(v, 0x206, 2);

	if (!view_has(v, 0x1fe, "\x55\xaa", 2) || !view_has(v, 0x202, "HdrS", 4))
		return false;
	to->kind = KERNEL_BZIMAGE;
	bzimage_version(v, to);
	if (protocol >= 0x208)
		bzimage_payload(h, to);
	if (protocol >= 0x20c)
		set_text(to->arch, view_number(v, 0x236, 2) & 1 ? "x86_64" : "x86");
	return true;
}

/* ---- ELF ---- */

static const char *elf_machine(unsigned int machine, bool is_64)
{
	static const struct {
		unsigned int machine;
		const char *of_32, *of_64;
	} names[] = {{3, "x86", "x86"}, {8, "mips", "mips64"}, {20, "ppc", "ppc"},
		{21, "ppc64", "ppc64"}, {22, "s390x", "s390x"}, {40, "arm", "arm"},
		{43, "sparc64", "sparc64"}, {62, "x86_64", "x86_64"}, {183, "arm64", "arm64"},
		{243, "riscv32", "riscv64"}, {258, "loongarch", "loongarch"}};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].machine == machine)
			return is_64 ? names[i].of_64 : names[i].of_32;
	return NULL;
}

static bool is_elf(const struct header *h, struct kernel_info *to)
{
	struct view v = h->view;
	bool is_64 = view_has(&v, 4, "\2", 1);
	const char *machine;
	uint64_t type;

	if (!view_has(&v, 0, "\177ELF", 4) || (!is_64 && !view_has(&v, 4, "\1", 1)))
		return false;
	v.is_big = view_has(&v, 5, "\2", 1);
	if ((!v.is_big && !view_has(&v, 5, "\1", 1)) || v.len < (is_64 ? 64 : 52))
		return false;
	type = view_number(&v, 0x10, 2);
	machine = elf_machine((unsigned int)view_number(&v, 0x12, 2), is_64);
	if ((type != 2 && type != 3) || !machine)
		return false;
	to->kind = KERNEL_ELF;
	set_text(to->arch, machine);
	return true;
}

/* ---- arm64 ---- */

static bool is_arm64(const struct header *h, struct kernel_info *to)
{
	if (h->view.len < 64 || !view_has(&h->view, 0x38, "ARM\x64", 4))
		return false;
	to->kind = KERNEL_ARM64;
	set_text(to->arch, "arm64");
	return true;
}

/* The machine from the PE header, whose offset is at 0x3c. */
static const char *zboot_machine(const struct view *v)
{
	uint64_t pe = view_number(v, 0x3c, 4), machine;

	if (!view_has(v, pe, "PE\0", 4))
		return "";
	machine = view_number(v, pe + 4, 2);
	return machine == 0xaa64   ? "arm64"
	       : machine == 0x5064 ? "riscv64"
	       : machine == 0x6264 ? "loongarch"
				   : "";
}

static bool is_zboot(const struct header *h, struct kernel_info *to)
{
	const struct view *v = &h->view;
	uint64_t start = view_number(v, 8, 4), size = view_number(v, 12, 4);

	if (!view_has(v, 0, "MZ", 2) || !view_has(v, 4, "zimg", 4))
		return false;
	to->kind = KERNEL_ZBOOT;
	set_text(to->arch, zboot_machine(v));
	if (start + size <= h->file_size)
		take_payload(v, start, size, to);
	return true;
}

/* ---- any kind ---- */

static bool kernel_is_kernel(const struct header *h, struct kernel_info *to)
{
	return is_bzimage(h, to) || is_elf(h, to) || is_arm64(h, to) || is_zboot(h, to);
}

void kernel_identify(const uint8_t *bytes, size_t len, uint64_t file_size, struct kernel_info *ret)
{
	struct header h = {.view = {.bytes = bytes, .len = len}, .file_size = file_size};
	struct kernel_info info = {0};

	if (!kernel_is_kernel(&h, &info))
		info.packed = take_payload(&h.view, 0, file_size, &info);
	*ret = info;
}

void kernel_identify_inside(const uint8_t *bytes, size_t len, struct kernel_info *info)
{
	struct header h = {.view = {.bytes = bytes, .len = len}, .file_size = UINT64_MAX};
	struct kernel_info inside = {0};

	if (kernel_is_kernel(&h, &inside)) {
		memcpy(inside.compression, info->compression, sizeof(inside.compression));
		inside.packed = 1;
		inside.payload_at = info->payload_at;
		inside.payload_size = info->payload_size;
	}
	*info = inside;
}

int kernel_is_bare(const struct kernel_info *info)
{
	return (info->kind == KERNEL_ELF || info->kind == KERNEL_ARM64) && !info->packed;
}
