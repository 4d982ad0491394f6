/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roster - guests from JSON lines, configurations, XML and images, also hostile ones */
#include "rack/roster.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mutate.h"
#include "tap.h"

static char dir[] = "/tmp/domu-roster.XXXXXX";

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		printf("Bail out! %s\n", path);
}

typedef int (*source_fn)(struct roster *r, const char *path, struct err *e);

static int read_text(struct roster *r, source_fn source, const char *text, size_t len)
{
	char path[sizeof(dir) + 16];
	struct err e = {0};
	int ret;

	snprintf(path, sizeof(path), "%s/guest.xml", dir);
	write_file(path, text, len);
	ret = source(r, path, &e);
	if (ret >= 0)
		ret = roster_check(r, &e);
	unlink(path);
	return ret;
}

static void wrong(const struct roster *r, size_t i, const char *step, const char *detail)
{
	const struct err *e = i < r->n ? &r->guest[i].wrong : &(struct err){0};

	tap_is(e->step, step, "the guest has an error");
	if (!tap_ok(!strncmp(e->detail, detail, strlen(detail)), "the error says: %s", detail))
		printf("# got: %s\n", e->detail);
}

/* ---- lines of JSON ---- */

static const char lines[] =
	"{\"name\": \"web1\", \"disks\": [\"file:/srv/web1.img,xvda,w\"], \"entry\": \"xvda1:/k\"}\n"
	"\n"
	"{\"name\": \"db\", \"disks\": \"/srv/db.img\", \"root\": null, \"args\": \"a b\"}\r\n"
	"{\"name\": \"torn\", \n"
	"[1]\n"
	"{\"name\": \"typo\", \"dsks\": []}\n"
	"{\"disks\": [\"x\"]}\n"
	"{\"name\": \"none\"}\n"
	"{\"name\": \"nul\\u0000\", \"disks\": [\"x\"]}\n"
	"{\"name\": \"n\", \"disks\": [1]}\n"
	"{\"name\": \"../../etc\", \"disks\": [\"x\"]}\n"
	"{\"name\": \"a\\n\\u001b[2Jb\\u009b\", \"disks\": [\"x\"]}\n"
	"{\"name\": \"\", \"disks\": [\"x\"]}\n"
	"{\"name\": \"web1\", \"disks\": [\"x\"]}\n"
	"{\"name\": \"deep\", \"disks\": [[[[[[1]]]]]]}\n"
	"{\"name\": \"\xff\", \"disks\": [\"x\"]}\n";

static void test_lines(void)
{
	struct roster r = {0};

	tap_ok(read_text(&r, roster_from_lines, lines, sizeof(lines) - 1) == 0 && r.n == 15,
		"lines of JSON: fifteen guests");
	if (r.n != 15)
		return;
	tap_is(r.guest[0].name, "web1", "the first one's name");
	tap_is(r.guest[0].disk[0], "file:/srv/web1.img,xvda,w", "its disk");
	tap_is(r.guest[0].entry, "xvda1:/k", "its entry");
	tap_ok(strstr(r.guest[0].from, "line 1") != NULL, "its line");
	tap_ok(r.guest[1].n_disk == 1 && !strcmp(r.guest[1].disk[0], "/srv/db.img"),
		"one disk as a string");
	tap_is(r.guest[1].args, "a b", "another one's args");
	tap_is(r.guest[1].root, NULL, "null means not set");
	tap_ok(strstr(r.guest[1].from, "line 3") != NULL, "empty lines are counted");
	wrong(&r, 2, "lines.parse", "column 17: ");
	wrong(&r, 3, "lines.parse", "column 1: expected an object such as");
	wrong(&r, 4, "lines.parse", "column 18: unknown key");
	wrong(&r, 5, "lines.parse", "column 1: \"name\" is missing");
	wrong(&r, 6, "lines.parse", "column 1: \"disks\" is missing");
	wrong(&r, 7, "lines.parse", "column 2: expected a string");
	wrong(&r, 8, "lines.parse", "column 15: \"disks\" is a list of strings");
	tap_is(r.guest[9].name, "_._.._etc", "a name cannot lead out of the directory");
	tap_is(r.guest[10].name, "a__[2Jb_", "control characters are replaced");
	wrong(&r, 11, "roster.name", "its name is empty");
	wrong(&r, 12, "roster.twice", "");
	wrong(&r, 13, "lines.parse", "column ");
	wrong(&r, 14, "lines.parse", "column ");
	roster_done(&r);
}

static void test_zero_byte(void)
{
	struct roster r = {0};

	tap_ok(read_text(&r, roster_from_lines, "{\"name\":\0\"a\"}\n", 14) == 0,
		"a zero byte is read as an error");
	wrong(&r, 0, "lines.parse", "column 9: a zero byte");
	roster_done(&r);
	tap_ok(roster_from_lines(&r, "/nonexistent/list", NULL) == -ENOENT,
		"a missing list is an error");
}

/* ---- libvirt ---- */

static const char domain[] =
	"<?xml version='1.0'?>\n<domain type='xen'>\n<name>guest</name>\n"
	"<bootloader>/usr/local/sbin/domUloader</bootloader>\n"
	"<bootloader_args>--entry=xvda1:/k -q</bootloader_args>\n"
	"<os><type>linux</type><kernel>/k</kernel><cmdline>root=/dev/xvda1 &amp; ro</cmdline></os>\n"
	"<devices><disk type='file' device='cdrom'><target dev='hdc'/></disk>\n"
	"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
	"<source file='/srv/a,b.img'/><target dev='xvda'/></disk>\n"
	"<disk type='block'><source dev='/dev/vg/lv'/><target dev='xvdb'/></disk>\n"
	"</devices></domain>\n";

static void test_libvirt(void)
{
	struct roster r = {0};

	tap_ok(read_text(&r, roster_from_libvirt, domain, sizeof(domain) - 1) == 0 && r.n == 1,
		"a domain of libvirt's");
	if (r.n != 1)
		return;
	tap_is(r.guest[0].name, "guest", "its name");
	tap_is(r.guest[0].args, "root=/dev/xvda1 & ro", "its command line");
	tap_is(r.guest[0].kernel, "/k", "with domUloader the kernel is the guest's");
	tap_ok(r.guest[0].n_disk == 2, "two disks, no CD drive");
	tap_is(r.guest[0].disk[0], "format=qcow2,vdev=xvda,target=/srv/a,b.img", "the first disk");
	tap_is(r.guest[0].disk[1], "format=raw,vdev=xvdb,target=/dev/vg/lv", "the second disk");
	tap_is(r.guest[0].word[0], "--entry=xvda1:/k -q", "the bootloader's arguments");
	roster_done(&r);
}

static const struct {
	const char *text, *detail;
} bad_xml[] = {
	{"<!DOCTYPE d [<!ENTITY a \"b\">]>\n<domain><name>&a;</name></domain>",
		"line 1, column 13: a document type"},
	{"<!DOCTYPE d SYSTEM 'http://192.0.2.1/x'><domain/>", "line 1, column "},
	{"<domain>\n<name>x</nam></domain>", "line 2, column 10: mismatched tag"},
	{"<network/>", "line 1, column 11: not libvirt's <domain>"},
	{"<domain><name>&a;</name></domain>", "line 1, column 15: undefined entity"},
	{"<domain><devices><disk><source protocol='rbd'/></disk></devices></domain>",
		"line 1, column 48: a disk that is neither"},
	{"<domain><devices><disk><source file='/x'/><target dev='a,b'/></disk></devices></domain>",
		"line 1, column 69: a disk without a valid target"},
	{"", "line 1, column 1: no element found"},
	{"\xff\xfe", "line 1, column "},
};

static void test_bad_xml(void)
{
	for (size_t i = 0; i < sizeof(bad_xml) / sizeof(bad_xml[0]); i++) {
		struct roster r = {0};

		read_text(&r, roster_from_libvirt, bad_xml[i].text, strlen(bad_xml[i].text));
		wrong(&r, 0, "libvirt.parse", bad_xml[i].detail);
		tap_is(r.n ? r.guest[0].name : "", "guest", "the guest has the file's name");
		roster_done(&r);
	}
}

static void test_deep_xml(void)
{
	struct roster r = {0};
	char text[4096] = "";

	for (int i = 0; i < 100; i++)
		strcat(text, i ? "<a>" : "<domain>");
	read_text(&r, roster_from_libvirt, text, strlen(text));
	tap_is(r.n ? r.guest[0].wrong.step : "", "libvirt.parse", "elements nested too deep");
	roster_done(&r);
}

/* ---- xl ---- */

static void test_xl(void)
{
	static const char text[] = "disk = ['file:/a,xvda,w']\nbootloader = 'pygrub'\n"
				   "kernel = '/k'\nroot = '/dev/xvda1 ro'\nextra = 'quiet'\n";
	static const char host[] = "name = 'a/b'\ndisk = ['x']\nkernel = '/k'\ncmdline = 'c'\n";
	static const char hvm[] = "builder = 'hvm'\ndisk = ['x']\n";
	struct roster r = {0};

	tap_ok(read_text(&r, roster_from_xl, text, strlen(text)) == 0 && r.n == 1,
		"a configuration for xl");
	tap_is(r.guest[0].name, "guest.xml", "a guest without a name has its file's");
	tap_is(r.guest[0].args, "root=/dev/xvda1 ro quiet", "root and extra are its command line");
	tap_is(r.guest[0].kernel, "/k", "the guest's kernel");
	roster_done(&r);
	tap_ok(read_text(&r, roster_from_xl, host, strlen(host)) == 0 && r.n == 1,
		"another configuration");
	tap_is(r.guest[0].name, "a_b", "its name is changed to fit a directory");
	tap_is(r.guest[0].kernel, NULL, "without a bootloader the kernel is the host's");
	tap_is(r.guest[0].args, "c", "cmdline is its command line");
	roster_done(&r);
	tap_ok(read_text(&r, roster_from_xl, hvm, strlen(hvm)) == 0 && r.n == 0,
		"an HVM guest is skipped");
	tap_ok(read_text(&r, roster_from_xl, "xl = 1\n", 7) == 0 && r.n == 0,
		"no disks: it is not a guest");
	tap_ok(read_text(&r, roster_from_xl, "disk = 1\n", 9) == 0 && r.n == 1,
		"an invalid configuration is read as an error");
	wrong(&r, 0, "xlcfg.parse", "line 1, column 8");
	roster_done(&r);
}

static void test_images(void)
{
	char path[64], pattern[64];
	struct roster r = {0};

	snprintf(path, sizeof(path), "%s/a,b.c.img", dir);
	snprintf(pattern, sizeof(pattern), "%s/*.img", dir);
	write_file(path, "", 0);
	tap_ok(roster_from_images(&r, pattern, NULL) == 0 && r.n == 1, "images by glob");
	tap_is(r.guest[0].name, "a,b.c", "its name");
	tap_ok(!strncmp(r.guest[0].disk[0], "target=/tmp/", 12), "its disk");
	roster_done(&r);
	unlink(path);
	tap_ok(roster_from_images(&r, pattern, NULL) == -ENOENT, "no image is an error");
}

static void test_damage(source_fn source, const char *text, const char *what)
{
	struct mutate m = mutate_for(1);
	size_t len = strlen(text);
	unsigned long n = 0;

	for (; mutate_more(&m); n++) {
		char *copy = strdup(text);
		struct roster r = {0};

		for (int i = 0; i < 3; i++)
			copy[mutate_random(&m, len)] = (char)mutate_random(&m, 256);
		read_text(&r, source, copy, len);
		for (size_t i = 0; i < r.n; i++)
			if (r.guest[i].name &&
				(strchr(r.guest[i].name, '/') || *r.guest[i].name == '.'))
				tap_ok(0, "a name leads out of the directory: %s", r.guest[i].name);
		roster_done(&r);
		free(copy);
	}
	tap_ok(n > 0, "damaged input does no harm: %s", what);
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	test_lines();
	test_zero_byte();
	test_libvirt();
	test_bad_xml();
	test_deep_xml();
	test_xl();
	test_images();
	test_damage(roster_from_lines, lines, "lines");
	test_damage(roster_from_libvirt, domain, "libvirt");
	rmdir(dir);
	return tap_done();
}
