/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xlcfg - configurations for xl and xend, by table */
#include "syntax/xlcfg.h"

#include <errno.h>
#include <stdlib.h>

#include "mutate.h"
#include "syntax/diskspec.h"
#include "tap.h"

static const char full[] = "# a guest\n"
			   "name = \"web1\" # its name\n"
			   "type='pvh'; memory = 256\n"
			   "vcpus = 2 + 2\n"
			   "vif = [ 'mac=00:16:3e:00:00:01', # not \"disk = ['x']\"\n"
			   "        'bridge=br0' ]\n"
			   "on_crash = 'preserve'\n"
			   "  bootloader = '/usr/lib/xen/boot/domUloader.py'\n"
			   "bootloader_args = [ '-q', \"--entry=xvda1:/vm linuz\", ]\n"
			   "disk = [ 'file:/srv/a b.img,xvda,w', # the root\n"
			   "         # 'phy:/dev/none,xvdb,w',\n"
			   "         \"phy:vg/lv,xvdb,w\"\n"
			   "       ]\n"
			   "root = r'/dev/xvda1 ro'\n"
			   "extra = 'console=hvc0 a=\\'b\\''\n"
			   "def f(x):\n"
			   "\treturn [disk for disk in x]\n"
			   "kernel = None\n";

static void test_full(void)
{
	struct xlcfg c = {0};
	struct err e = {0};
	struct disklist disks = {0};

	tap_ok(xlcfg_parse(full, "web1.cfg", &c, &e) == 0, "a configuration is read");
	tap_is(e.detail, "", "there is no error");
	tap_is(c.name, "web1", "its name");
	tap_is(c.type, "pvh", "its type, before a ';'");
	tap_is(c.bootloader, "/usr/lib/xen/boot/domUloader.py", "its bootloader, indented");
	tap_is(c.root, "/dev/xvda1 ro", "a raw string");
	tap_is(c.extra, "console=hvc0 a='b'", "escapes");
	tap_is(c.kernel, NULL, "None means not set");
	tap_is(c.cmdline, NULL, "a missing key is not set");
	if (tap_ok(c.n_arg == 2, "two arguments"))
		tap_is(c.arg[1], "--entry=xvda1:/vm linuz", "an argument keeps its blanks");
	tap_ok(disklist_parse(c.disk ? c.disk : "", &disks, &e) == 0 && disks.n == 2,
		"the list of disks can be read: two, without the comment's");
	if (disks.n == 2)
		tap_is(disks.disk[1].path, "/dev/vg/lv", "the second disk");
	disklist_done(&disks);
	xlcfg_done(&c);
}

static void test_args(void)
{
	struct xlcfg c = {0};

	tap_ok(xlcfg_parse("bootargs = \"-q  --entry=hda1:/k\"\n", "x", &c, NULL) == 0 &&
			c.n_arg == 2,
		"a text of arguments is cut at its blanks");
	xlcfg_done(&c);
	tap_ok(xlcfg_parse("disk = 'phy:/dev/a,hda,w'", "x", &c, NULL) == 0,
		"one disk without a list is read");
	tap_is(c.disk, "'phy:/dev/a,hda,w'", "the text is the disk's");
	xlcfg_done(&c);
	tap_ok(xlcfg_parse("name='a'\nname='b'\ndisk=[]\n", "x", &c, NULL) == 0,
		"a key may be set twice");
	tap_is(c.name, "b", "the last value is used");
	xlcfg_done(&c);
	tap_ok(xlcfg_parse("", "x", &c, NULL) == 0, "an empty text is read");
	xlcfg_done(&c);
}

static const struct {
	const char *text, *detail;
} bad[] = {
	{"name = x\n", "line 1, column 8: "},
	{"\nname = 1\n", "line 2, column 8: "},
	{"name = 'a' + 'b'\n", "line 1, column 12: unexpected text after the value"},
	{"name = 'a\n", "line 1, column 8: a string that does not end"},
	{"a = 1\nroot = [ 'x' ]\n", "line 2, column 8: expected a quoted string"},
	{"disk = [ 'file:/x,xvda,w'\nroot = '1'\n", "line 2, column 1: "},
	{"disk = [ 'a',\n", "line 2, column 1: the list has no end"},
	{"disk = ]\n", "line 1, column 8: a stray ']'"},
	{"disk += [ 'x' ]\n", "line 1, column 6: only KEY = VALUE is supported"},
	{"disk.append('x')\n", "line 1, column 5: only KEY = VALUE is supported"},
	{"bootloader_args = [ '-q' '-v' ]\n", "line 1, column 26: expected ',' or"},
	{"bootloader_args = [ [ ] ]\n", "line 1, column 21: expected a quoted string"},
	{"bootloader_args = [ '\\q' ]\n", "line 1, column 22: an escape"},
	{"kernel = '/k' '/l'\n", "line 1, column 15: unexpected text after the value"},
};

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct xlcfg c = {.name = (char *)"untouched"};
		struct err e = {0};

		tap_ok(xlcfg_parse(bad[i].text, "x.cfg", &c, &e) == -EINVAL, "bad text %zu", i);
		tap_is(e.step, "xlcfg.parse", "its step");
		if (!tap_ok(!strncmp(e.detail, bad[i].detail, strlen(bad[i].detail)),
			    "the error says: %s", bad[i].detail))
			printf("# got: %s\n", e.detail);
		tap_is(c.name, "untouched", "the result is untouched");
	}
}

static void test_damage(void)
{
	struct mutate m = mutate_for(1);
	unsigned long n = 0;

	for (; mutate_more(&m); n++) {
		char text[sizeof(full)];
		struct xlcfg c = {0};

		memcpy(text, full, sizeof(full));
		for (int i = 0; i < 4; i++)
			text[mutate_random(&m, sizeof(full) - 1)] = (char)mutate_random(&m, 256);
		if (xlcfg_parse(text, "x", &c, NULL) == 0)
			xlcfg_done(&c);
	}
	tap_ok(n > 0, "damaged configurations do no harm");
}

int main(void)
{
	test_full();
	test_args();
	test_bad();
	test_damage();
	return tap_done();
}
