/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - what --entry means, by table */
#include "guest/entry.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

static const struct {
	const char *text, *dev, *kernel, *initrd;
} good[] = {
	{"hda2:/vmlinuz-xen,/initrd-xen", "hda2", "/vmlinuz-xen", "/initrd-xen"},
	{"hda2:/vmlinuz-xen", "hda2", "/vmlinuz-xen", NULL},
	{"hda2:/vmlinuz-xen,", "hda2", "/vmlinuz-xen", NULL},
	{"hda2:vmlinuz,initrd", "hda2", "/vmlinuz", "/initrd"},
	{"hda2:vmlinuz,/initrd", "hda2", "/vmlinuz", "/initrd"},
	{"hda2:/vmlinuz,initrd", "hda2", "/vmlinuz", "/initrd"},
	{"/dev/xvda2:/boot/vmlinuz", "/dev/xvda2", "/boot/vmlinuz", NULL},
	{"/boot/vmlinuz,/boot/initrd", NULL, "/boot/vmlinuz", "/boot/initrd"},
	{"/boot/vmlinuz", NULL, "/boot/vmlinuz", NULL},
	{"/vmlinuz,", NULL, "/vmlinuz", NULL},
	{"UUID=0a1b-2c3d:/vmlinuz", "UUID=0a1b-2c3d", "/vmlinuz", NULL},
	{"LABEL=a b:/vm linuz,/in rd", "LABEL=a b", "/vm linuz", "/in rd"},
	{"LABEL=a,b:/k,/i", "LABEL=a,b", "/k", "/i"},
	{"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part2:/vmlinuz,/initrd",
		"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part2", "/vmlinuz", "/initrd"},
	{"/dev/disk/by-path/pci-0000:00:1f.2-part2:vmlinuz",
		"/dev/disk/by-path/pci-0000:00:1f.2-part2", "/vmlinuz", NULL},
	{"hda2:/boot/a:b", "hda2", "/boot/a:b", NULL},
	{"hda2:/k,/i:1", "hda2", "/k", "/i:1"},
	{"/dev/mapper/vg-lv:/k", "/dev/mapper/vg-lv", "/k", NULL},
	{"xvda:/vmlinuz", "xvda", "/vmlinuz", NULL},
	{"hda2:/v\xc3\xa4ter", "hda2", "/v\xc3\xa4ter", NULL},
	{"hda2://vmlinuz", "hda2", "//vmlinuz", NULL},
};

static const struct {
	const char *text, *detail; /* detail: what it must begin with */
} bad[] = {
	{"", "it is empty"},
	{"0", "neither DEV:"},
	{"vmlinuz", "neither DEV:"},
	{"vmlinuz,/initrd", "neither DEV:"},
	{",/initrd", "neither DEV:"},
	{" /vmlinuz", "neither DEV:"},
	{":/vmlinuz", "no device"},
	{":", "no device"},
	{":vmlinuz", "no device"},
	{"hda2:", "no kernel"},
	{"hda2:,/initrd", "no kernel"},
	{"hda2:/k,/i,/j", "more than one ','"},
	{"hda2:/k,,", "more than one ','"},
	{"/k,/i,", "more than one ','"},
	{"/boot/vmlinuz,initrd", "the initrd's path"},
	{"hda2:/vm\nlinuz", "a control character at column 9"},
	{"hda\t2:/vmlinuz", "a control character at column 4"},
	{"/vmlinuz,/in\x7f", "a control character at column 13"},
	{"\x1b[2J:/k", "a control character at column 1"},
};

static void test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct entry entry = {0};
		struct err e = {0};

		tap_ok(entry_parse(good[i].text, &entry, &e) == 0, "entry %s is read",
			good[i].text);
		tap_is(entry.dev, good[i].dev, "its device");
		tap_is(entry.kernel, good[i].kernel, "its kernel");
		tap_is(entry.initrd, good[i].initrd, "its initrd");
		entry_done(&entry);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct entry entry = {.dev = (char *)"untouched"};
		struct err e = {0};
		int r = entry_parse(bad[i].text, &entry, &e);

		tap_ok(r == -EINVAL && e.code == -EINVAL, "bad entry %zu is refused", i);
		tap_is(e.step, "entry.parse", "its step");
		if (!tap_ok(!strncmp(e.detail, bad[i].detail, strlen(bad[i].detail)), "it says: %s",
			    bad[i].detail))
			printf("# got: %s\n", e.detail);
		tap_is(entry.dev, "untouched", "the result is untouched");
	}
	tap_ok(entry_parse("0", &(struct entry){0}, NULL) == -EINVAL, "no struct err is fine");
}

/* @len bytes of path, with or without the slash that gets added. */
static int parse_long(const char *start, size_t len)
{
	char text[2 * PATH_MAX];
	struct entry entry = {0};
	size_t n = strlen(start);
	int r;

	memcpy(text, start, n);
	memset(text + n, 'a', len);
	text[n + len] = '\0';
	r = entry_parse(text, &entry, NULL);
	entry_done(&entry);
	return r;
}

static void test_long(void)
{
	tap_ok(parse_long("hda2:/", PATH_MAX - 2) == 0, "a path of PATH_MAX - 1 is read");
	tap_ok(parse_long("hda2:/", PATH_MAX - 1) == -EINVAL, "one of PATH_MAX is refused");
	tap_ok(parse_long("hda2:", PATH_MAX - 2) == 0, "the added slash counts: it still fits");
	tap_ok(parse_long("hda2:", PATH_MAX - 1) == -EINVAL, "and here it doesn't");
	tap_ok(parse_long("/k,/", PATH_MAX - 1) == -EINVAL, "nor does a long initrd");
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(1);
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		char text[256];
		struct entry entry = {0};
		struct err e = {0};
		size_t i = mutate_random(&m, sizeof(good) / sizeof(good[0]));
		int r;

		mutate_text(&m, good[i].text, text, sizeof(text));
		r = entry_parse(text, &entry, &e);
		if (r == 0)
			wrong += entry.kernel[0] != '/' || (entry.initrd && entry.initrd[0] != '/');
		else
			wrong += r != -EINVAL || !e.subject[0] || !e.detail[0];
		entry_done(&entry);
	}
	tap_ok(n > 0 && wrong == 0, "mutated entries are read or refused, with a reason");
}

int main(void)
{
	test_good();
	test_bad();
	test_long();
	test_mutations();
	return tap_done();
}
