/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootname - names of kernels, and the matching initrds and modules */
#include "guest/bootname.h"

#include "tap.h"

static void test_kernels(void)
{
	static const char *const yes[] = {"vmlinuz", "vmlinuz-6.1.0", "vmlinux-6.4.gz", "bzImage",
		"Image-5.10", "kernel-6.1-gentoo", "linux", "xen-kernel", "vmlinuz.old"};
	static const char *const no[] = {
		"", "initrd", "System.map", "xen.gz", "vmlinu", "config-6.1"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		tap_ok(bootname_is_kernel(yes[i]), "'%s' may be a kernel", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		tap_ok(!bootname_is_kernel(no[i]), "'%s' is not a kernel", no[i]);
}

/* Whether @initrd is one of the names that are tried. */
static int is_tried(const char *kernel, const char *initrd)
{
	char name[256];

	for (unsigned int i = 0; bootname_initrd(kernel, i, name, sizeof(name)); i++)
		if (!strcmp(name, initrd))
			return 1;
	return 0;
}

static void test_initrds(void)
{
	static const char *const pairs[][2] = {
		{"vmlinuz-6.1.0-56-amd64", "initrd.img-6.1.0-56-amd64"},
		{"vmlinuz-6.4.0-default", "initrd-6.4.0-default"},
		{"vmlinux-6.4.0-default.gz", "initrd-6.4.0-default"},
		{"vmlinuz-5.14.0-427.el9.x86_64", "initramfs-5.14.0-427.el9.x86_64.img"},
		{"vmlinuz-linux", "initramfs-linux.img"},
		{"vmlinuz-virt", "initramfs-virt"},
		{"kernel-x86_64-6.1.0-gentoo", "initramfs-x86_64-6.1.0-gentoo.img"},
		{"vmlinuz-xen", "initrd-xen"},
		{"vmlinuz", "initrd.img"},
		{"vmlinuz", "initrd"},
		{"vmlinuz.old", "initrd.img.old"},
	};
	char name[16];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		tap_ok(is_tried(pairs[i][0], pairs[i][1]), "%s matches %s", pairs[i][1],
			pairs[i][0]);
	tap_ok(!bootname_initrd("initrd", 0, name, sizeof(name)),
		"no initrd matches a name that is not a kernel's");
	tap_ok(bootname_initrd("vmlinuz-a-name-that-is-long", 0, name, sizeof(name)) && !*name,
		"a name that does not fit is empty");
}

static void test_releases(void)
{
	static const char *const rows[][2] = {
		{"vmlinux-6.4.0-default.gz", "6.4.0-default"},
		{"vmlinuz-6.1..2", "6.1..2"},
		{"vmlinuz", ""},
		{"vmlinuz.old", ""},
		{"vmlinuz-..", ""},
		{"vmlinuz-.", ""},
		{"vmlinuz-a b", ""},
		{"vmlinuz-\033[31m", ""},
		{"vmlinuz-\xff", ""},
		{"vmlinuz-", ""},
		{"initrd-6.1", ""},
	};
	char release[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bootname_release(rows[i][0], release, sizeof(release));
		tap_is(release, rows[i][1], rows[i][0]);
	}
}

int main(void)
{
	test_kernels();
	test_initrds();
	test_releases();
	return tap_done();
}
