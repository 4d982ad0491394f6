/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - Xen's notes and the version in ELFs: read in blocks, truncated and damaged */
#include "guest/inside.h"

#include <stdlib.h>

#include "guest/xennotes.h"
#include "mutate.h"
#include "tap.h"

#define SIZE	 (64 * 1024)
#define NOTES_AT 30000
#define VERSION	 "6.9.0-x (me@here) #1 SMP"

static uint8_t elf[SIZE];
static size_t notes_len;

static void put(uint8_t *at, uint64_t n, unsigned int size, bool is_big)
{
	for (unsigned int i = 0; i < size; i++)
		at[is_big ? size - 1 - i : i] = (uint8_t)(n >> 8 * i);
}

static void add_note(const char *name, unsigned int type, size_t desc, bool is_big)
{
	uint8_t *at = elf + NOTES_AT + notes_len;
	size_t len = strlen(name) + 1;

	put(at, len, 4, is_big);
	put(at + 4, desc, 4, is_big);
	put(at + 8, type, 4, is_big);
	memcpy(at + 12, name, len);
	notes_len += 12 + (len + 3) / 4 * 4 + (desc + 3) / 4 * 4;
}

/* Two program headers: one to load, one of the notes. */
static void make(bool is_64, bool is_big, unsigned int xen)
{
	uint8_t *ph = elf + (is_64 ? 64 : 52);
	size_t size = is_64 ? 56 : 32;

	memset(elf, 0, SIZE);
	notes_len = 0;
	memcpy(elf, "\177ELF", 4);
	elf[4] = is_64 ? 2 : 1;
	elf[5] = is_big ? 2 : 1;
	put(elf + (is_64 ? 0x20 : 0x1c), is_64 ? 64 : 52, is_64 ? 8 : 4, is_big);
	put(elf + (is_64 ? 0x36 : 0x2a), size, 2, is_big);
	put(elf + (is_64 ? 0x38 : 0x2c), 2, 2, is_big);
	add_note("GNU", 3, 20, is_big);
	add_note("Linux", 18, 5, is_big);
	if (xen & XEN_PV)
		add_note("Xen", 1, 8, is_big);
	add_note("Xen", 6, 6, is_big);
	if (xen & XEN_PVH)
		add_note("Xen", 18, 4, is_big);
	put(ph, 1, 4, is_big);
	ph += size;
	put(ph, 4, 4, is_big);
	put(ph + (is_64 ? 8 : 4), NOTES_AT, is_64 ? 8 : 4, is_big);
	put(ph + (is_64 ? 32 : 16), notes_len, is_64 ? 8 : 4, is_big);
	strcpy((char *)elf + 40000, "Linux version %s");
	strcpy((char *)elf + 50000, "LLinux version " VERSION "\n");
}

/* In pieces of @step; as long as it is not done, and no further than @len. */
static struct kernel_info look(size_t len, size_t step, size_t *ret_read)
{
	static struct inside in;
	struct kernel_info info = {0};
	size_t at = 0;

	inside_begin(&in, true);
	while (at < len && !inside_is_done(&in)) {
		size_t n = len - at < step ? len - at : step;
		uint8_t *exact = malloc(n); /* a sanitizer sees a step too far */

		memcpy(exact, elf + at, n);
		inside_feed(&in, exact, n);
		free(exact);
		at += n;
	}
	inside_tell(&in, true, &info);
	if (ret_read)
		*ret_read = at;
	return info;
}

static void test_notes(void)
{
	for (unsigned int i = 0; i < 16; i++) {
		unsigned int xen = (i & 1 ? XEN_PV : 0) | (i & 2 ? XEN_PVH : 0);
		struct kernel_info info;

		make(i & 4, i & 8, xen);
		info = look(SIZE, 777, NULL);
		tap_ok(info.xen == (XEN_LOOKED | xen), "%d bits, %s-endian: PV %d, PVH %d",
			i & 4 ? 64 : 32, i & 8 ? "big" : "little", i & 1, i >> 1 & 1);
		tap_is(info.version, VERSION, "its version");
	}
}

static void test_pieces(void)
{
	static const size_t steps[] = {1, 2, 13, 4095, 4096, 4097, 30000, SIZE};
	size_t read;

	make(true, false, XEN_PV | XEN_PVH);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct kernel_info info = look(SIZE, steps[i], &read);

		tap_ok(info.xen == (XEN_LOOKED | XEN_PV | XEN_PVH),
			"notes are found in blocks of %zu bytes", steps[i]);
		tap_is(info.version, VERSION, "its version");
	}
	look(SIZE, 100, &read);
	tap_ok(read < 50200, "reading stops when everything is known (%zu bytes)", read);
	make(true, false, 0);
	look(SIZE, 100, &read);
	tap_ok(read == SIZE, "without notes the file is read to its end");
}

static void test_old(void)
{
	make(true, false, 0);
	strcpy((char *)elf + 60000, "GUEST_OS=linux,XEN_VER=xen-3.0,LOADER=generic");
	tap_ok(look(SIZE, 999, NULL).xen == (XEN_LOOKED | XEN_PV),
		"the section of 2006 is a PV note");
	memset(elf, 0, SIZE);
	strcpy((char *)elf + 9000, "Linux version 6.1.2");
	tap_ok(look(SIZE, 999, NULL).xen == 0, "a file that is not an ELF has no notes");
	tap_is(look(SIZE, 999, NULL).version, "6.1.2", "a file that is not an ELF has a version");
	tap_is(look(9005, 999, NULL).version, "", "a truncated version is not used");
	memset(elf + 9014, '7', 1000);
	tap_ok(strlen(look(SIZE, 999, NULL).version) == 127,
		"an endless version is cut to 127 characters");
	memcpy(elf, "\177ELF\2\1", 6);
	tap_ok(look(100, 10, NULL).xen == XEN_LOOKED, "a short ELF is examined");
}

static int is_sound(const struct kernel_info *info)
{
	for (const char *c = info->version; *c; c++)
		if (*c < ' ' || *c > '~')
			return 0;
	return info->xen <= (XEN_LOOKED | XEN_PV | XEN_PVH) &&
	       memchr(info->version, 0, sizeof(info->version));
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(2);
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		struct kernel_info info;

		make(mutate_random(&m, 2), mutate_random(&m, 2), XEN_PV | XEN_PVH);
		for (uint64_t i = mutate_random(&m, 12); i > 0; i--) {
			size_t at = mutate_random(&m, 3);

			at = at == 0   ? mutate_random(&m, 180)
			     : at == 1 ? NOTES_AT + mutate_random(&m, 200)
				       : 50000 + mutate_random(&m, 60);
			elf[at] = (uint8_t)mutate_random(&m, 256);
		}
		info = look(1 + mutate_random(&m, SIZE), 1 + mutate_random(&m, 9000), NULL);
		wrong += !is_sound(&info);
	}
	tap_ok(n > 0 && wrong == 0, "damaged ELFs give valid results (%lu wrong)", wrong);
}

int main(void)
{
	test_notes();
	test_pieces();
	test_old();
	test_mutations();
	return tap_done();
}
