/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - the syntax of --entry, by table */
#include "syntax/entry.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

/* Of several initrds all, with blanks between them. */
static const struct {
	const char *text, *dev, *kernel, *initrd;
} good[] = {
	{"hda2:/k,/i,/j", "hda2", "/k", "/i /j"},
	{"hda2:k,i,j,k", "hda2", "/k", "/i /j /k"},
	{"/k,/1,/2,/3,/4,/5,/6,/7,/8", NULL, "/k", "/1 /2 /3 /4 /5 /6 /7 /8"},
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
	{"Debian GNU/Linux", "neither DEV: nor a leading '/'; expected"},
	{"vmlinuz", "neither DEV: nor a leading '/'; did you mean '/vmlinuz'?"},
	{"vmlinuz,/initrd", "neither DEV: nor a leading '/'; did you mean '/vmlinuz,/initrd'?"},
	{"boot/vmlinuz,", "neither DEV: nor a leading '/'; did you mean '/boot/vmlinuz,'?"},
	{"xvda1/k,i", "missing ':' after xvda1; did you mean 'xvda1:/k,/i'?"},
	{"xvda1/k,xvda1/i", "missing ':' after xvda1; did you mean 'xvda1:/k,/i'?"},
	{"nvme0n1p2/k", "missing ':' after nvme0n1p2; "},
	{"UUID=0a1b-2c3d/k", "missing ':' after UUID=0a1b-2c3d; "},
	{"linux5/k", "neither DEV: nor a leading '/'; did you mean '/linux5/k'?"},
	{"hda2:/k,hda2:/i", "the device is specified twice; did you mean 'hda2:/k,/i'?"},
	{"hda2:/k,hda3:/i", "kernel and initrds must be on one device; "},
	{"hda2:/k:/i", "use ',' between"},
	{",/initrd", "neither DEV:"},
	{" /vmlinuz", "neither DEV:"},
	{":/vmlinuz", "no device"},
	{":", "no device"},
	{":vmlinuz", "no device"},
	{"hda2:", "no kernel"},
	{"hda2:,/initrd", "no kernel"},
	{"hda2:/k,,", "an initrd without a name"},
	{"hda2:/k,,/i", "an initrd without a name"},
	{"/k,/i,", "an initrd without a name"},
	{"hda2:/k,/i,,/j", "an initrd without a name"},
	{"/k,/i,j", "the initrd's path"},
	{"hda2:/k,1,2,3,4,5,6,7,8,9", "more than 8 initrds"},
	{"/boot/vmlinuz,initrd", "the initrd's path"},
	{"hda2:/vm\nlinuz", "a control character at column 9"},
	{"hda\t2:/vmlinuz", "a control character at column 4"},
	{"/vmlinuz,/in\x7f", "a control character at column 13"},
	{"\x1b[2J:/k", "a control character at column 1"},
};

static const char *initrds(const struct entry *entry)
{
	static char all[512];
	size_t n = 0;

	for (unsigned int i = 0; i < entry->n_initrds; i++)
		n += (size_t)snprintf(
			all + n, sizeof(all) - n, "%s%s", i ? " " : "", entry->initrd[i]);
	return n ? all : NULL;
}

static void test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct entry entry = {0};
		struct err e = {0};

		tap_ok(entry_parse(good[i].text, &entry, &e) == 0, "entry %s is read",
			good[i].text);
		tap_is(entry.dev, good[i].dev, "its device");
		tap_is(entry.kernel, good[i].kernel, "its kernel");
		tap_is(initrds(&entry), good[i].initrd, "its initrds");
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
		if (!tap_ok(!strncmp(e.detail, bad[i].detail, strlen(bad[i].detail)),
			    "the error says: %s", bad[i].detail))
			printf("# got: %s\n", e.detail);
		tap_is(entry.dev, "untouched", "the result is untouched");
	}
	tap_ok(entry_parse("0", &(struct entry){0}, NULL) == -EINVAL, "struct err may be NULL");
}

/* @len bytes of path, with or without the slash that gets added. */
static bool are_absolute(const struct entry *entry)
{
	for (unsigned int i = 0; i < entry->n_initrds; i++)
		if (entry->initrd[i][0] != '/')
			return false;
	return entry->kernel[0] == '/' && entry->n_initrds <= ENTRY_INITRDS_MAX;
}

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
	tap_ok(parse_long("hda2:/", PATH_MAX - 1) == -EINVAL, "a path of PATH_MAX is refused");
	tap_ok(parse_long("hda2:", PATH_MAX - 2) == 0,
		"with the added slash the longest path fits");
	tap_ok(parse_long("hda2:", PATH_MAX - 1) == -EINVAL,
		"with the added slash a longer path is refused");
	tap_ok(parse_long("/k,/", PATH_MAX - 1) == -EINVAL, "a long initrd is refused");
	tap_ok(parse_long("/k,/i,/", PATH_MAX - 2) == 0, "a long second initrd is read");
	tap_ok(parse_long("/k,/i,/", PATH_MAX - 1) == -EINVAL, "a longer second initrd is refused");
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
			wrong += !are_absolute(&entry);
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
