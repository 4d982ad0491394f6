/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskspec - the syntax of disks in configurations, by table */
#include "syntax/diskspec.h"

#include <errno.h>
#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

#define LV "/dev/vg/guest-volume"

static const struct {
	const char *text, *path, *vdev, *format;
	int cdrom;
} good[] = {
	/* xend and xm */
	{"phy:VG_Xen/LV_dom5,hda,w", "/dev/VG_Xen/LV_dom5", "hda", "raw", 0},
	{"phy:/dev/vg/lv,hda,w", "/dev/vg/lv", "hda", "raw", 0},
	{"phy:sdb3,sda1,w", "/dev/sdb3", "sda1", "raw", 0},
	{"phy:/dev/vg/lv", "/dev/vg/lv", NULL, "raw", 0},
	{"file:/var/lib/xen/test,sda,w", "/var/lib/xen/test", "sda", NULL, 0},
	{"file:/a b,sda,w!", "/a b", "sda", NULL, 0},
	{"file:guest.img,sda,w", "guest.img", "sda", NULL, 0},
	{"file:/a,ioemu:hda,w", "/a", "hda", NULL, 0},
	{"file:/a,/dev/hda:disk,w", "/a", "hda", NULL, 0},
	{"file:/a.iso,hdc:cdrom,r", "/a.iso", "hdc", NULL, 1},
	{"file:/a.iso,ioemu:hdc:cdrom,r", "/a.iso", "hdc", NULL, 1},
	{"tap:aio:/a,xvda,w", "/a", "xvda", "raw", 0},
	{"tap2:aio:/a,xvda,w", "/a", "xvda", "raw", 0},
	{"tap:tapdisk:aio:/a,xvda,w", "/a", "xvda", "raw", 0},
	{"tap:qcow2:/a,xvda,w", "/a", "xvda", "qcow2", 0},
	{"tap:aio:qcow:/a,xvda,w", "/a", "xvda", "qcow", 0},
	{"phy:/dev/a=b,hda,w", "/dev/a=b", "hda", "raw", 0},
	{"phy:/dev/disk/by-path/pci-0000:00:1f.2,hda,w", "/dev/disk/by-path/pci-0000:00:1f.2",
		"hda", "raw", 0},
	{"phy:/dev/vg/lv,hda,w,0", "/dev/vg/lv", "hda", "raw", 0},
	{"phy:/dev/vg/lv,hda,w,Domain-0,x86_32-abi", "/dev/vg/lv", "hda", "raw", 0},
	/* a bare path */
	{"/srv/guest.img", "/srv/guest.img", NULL, NULL, 0},
	{"guest.img", "guest.img", NULL, NULL, 0},
	{"./file:x", "./file:x", NULL, NULL, 0},
	{"./a=b", "./a=b", NULL, NULL, 0},
	{"/a=b", "/a=b", NULL, NULL, 0},
	{"/srv/guest.img,hda,w", "/srv/guest.img", "hda", NULL, 0},
	{"/srv/guest.img,hda", "/srv/guest.img", "hda", NULL, 0},
	/* xl */
	{LV ",,hda", LV, "hda", NULL, 0},
	{LV ",raw,hda,rw", LV, "hda", "raw", 0},
	{"/dev/vg/lv,raw,xvda,rw", "/dev/vg/lv", "xvda", "raw", 0},
	{"format=raw, vdev=hda, access=rw, target=" LV, LV, "hda", "raw", 0},
	{"raw:" LV ",hda,w", LV, "hda", "raw", 0},
	{"/root/image.iso,,hdc,cdrom", "/root/image.iso", "hdc", NULL, 1},
	{"/root/image.iso,,hdc,,cdrom", "/root/image.iso", "hdc", NULL, 1},
	{"/root/image.iso,raw,hdc,devtype=cdrom", "/root/image.iso", "hdc", "raw", 1},
	{"format=raw, vdev=hdc, access=ro, devtype=cdrom, target=/root/image.iso",
		"/root/image.iso", "hdc", "raw", 1},
	{"raw:/root/image.iso,hdc:cdrom,ro", "/root/image.iso", "hdc", "raw", 1},
	{"format=qcow2,vdev=xvdb,access=rw,target=/a/b,c.qcow2", "/a/b,c.qcow2", "xvdb", "qcow2",
		0},
	{"vdev=xvdb,target=/a/b c ", "/a/b c ", "xvdb", NULL, 0},
	{"vdev=xvdb,target=/a,", "/a", "xvdb", NULL, 0},
	{",raw,xvdb,rw,target=/a:b,c=d", "/a:b,c=d", "xvdb", "raw", 0},
	{"vdev=xvdb,/a,qcow2,rw", "/a", "xvdb", "qcow2", 0},
	{"format=qcow2,/a,xvdb,rw", "/a", "xvdb", "qcow2", 0},
	{"vdev=xvdb,/a,rw", "/a", "xvdb", NULL, 0},
	{"/a,,xvda,", "/a", "xvda", NULL, 0},
	{"/a,format=,vdev=xvda,backend=,script=", "/a", "xvda", NULL, 0},
	{"/a,raw,xvda,rw,discard,no-discard,direct-io-safe,trusted,untrusted,colo,no-colo", "/a",
		"xvda", "raw", 0},
	{"/a,raw,xvda,specification=virtio,grant_usage=1,colo-port=1,active-disk=/x", "/a", "xvda",
		"raw", 0},
	{"backendtype=phy,vdev=xvda,target=vg/lv", "/dev/vg/lv", "xvda", "raw", 0},
	{"backendtype=qdisk,vdev=xvda,target=/a", "/a", "xvda", NULL, 0},
	{" /a,\n\traw, xvda, rw", "/a", "xvda", "raw", 0},
	{"/a,raw,51712,rw", "/a", "51712", "raw", 0},
	{"/a,raw,d0p1,rw", "/a", "d0p1", "raw", 0},
	{"backend=Domain-0,vdev=xvda,target=/a", "/a", "xvda", NULL, 0},
};
#define N_GOOD (sizeof(good) / sizeof(good[0]))

static const struct {
	const char *text, *detail; /* detail: what it holds */
} bad[] = {
	{"", "no path"},
	{"phy:", "no path"},
	{"phy:,hda,w", "no path"},
	{",hdc:cdrom,r", "no path"},
	{",,,", "no path"},
	{"/a,empty,hdc,r", "no path"},
	{"vdev=xvda", "no path"},
	{"drbd:r0,xvda,w", "/dev/drbd/by-res"},
	{"iscsi:iqn.2001-05.com.example,xvda,w", "iscsiadm"},
	{"nbd:host:10809,xvda,w", "nbd-client"},
	{"enbd:1,xvda,w", "nbd-client"},
	{"nbd+unix:///?socket=/run/x,xvda,w", "nbd-client"},
	{"tap:nbd:host,xvda,w", "nbd-client"},
	{"rbd:pool/image,xvda,w", "/dev/rbd/POOL/IMAGE"},
	{"vdev=xvda,target=rbd:pool/image", "/dev/rbd/POOL/IMAGE"},
	{"http://host/a.img,xvda,w", "download"},
	{"https://host/a.img", "download"},
	{"npiv:1,xvda,w", "unknown prefix npiv:"},
	{"script=block-drbd,vdev=xvda,target=r0", "script="},
	{"vdev=xvda,backend=storage,target=/a", "'storage'"},
	{"phy:/dev/a,hda,w,7", "'7'"},
	{"/a,raw,xvda,rw,0,x86_64-abi,more", "too many parts, from 'more'"},
	{"/a,qcow3,xvda,rw", "unknown access mode 'xvda'"},
	{"format=qcow3,target=/a", "unknown format 'qcow3'"},
	{"/a,raw,xvda,rx", "unknown access mode 'rx'"},
	{"/a,w", "'w' is not a device name"},
	{"/a,raw,xv da,rw", "'xv da' is not a device name"},
	{"/a,raw,xvda:tape,rw", "unknown device type 'tape'"},
	{"/a,raw,xvda,devtype=tape", "unknown devtype 'tape'"},
	{"/a,raw,xvda,backendtype=magic", "unknown backendtype 'magic'"},
	{"/a,raw,xvda,size=1", "unknown key 'size'"},
	{"a=b", "unknown key 'a'"},
	{"/a,vdev=xvda,vdev=xvdb", "its device is specified twice"},
	{"/a,target=/b", "its path is specified twice"},
	{"tap:qcow2:/a,format=raw", "its format is specified twice"},
	{"phy:/a,xvda,w,format=raw,format=raw", "its format is specified twice"},
	{"['file:/a,xvda,w']", "use --disks= for a list of disks"},
	{"[\"/a\"]", "use --disks= for a list of disks"},
	{" [['/a','xvda','w']]", "use --disks= for a list of disks"},
};

static void check_spec(const struct diskspec *spec, const char *path, const char *vdev,
	const char *format, int cdrom)
{
	tap_is(spec->path, path, "its path");
	tap_is(spec->vdev, vdev, "its device");
	tap_is(spec->format, format, "its format");
	tap_ok(spec->cdrom == cdrom, "whether it is a CD");
}

static void test_good(void)
{
	for (size_t i = 0; i < N_GOOD; i++) {
		struct diskspec spec = {0};
		struct err e = {0};

		if (!tap_ok(diskspec_parse(good[i].text, &spec, &e) == 0, "disk %zu is read", i))
			printf("# %s: %s: %s\n", good[i].text, e.subject, e.detail);
		check_spec(&spec, good[i].path, good[i].vdev, good[i].format, good[i].cdrom);
		diskspec_done(&spec);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diskspec spec = {.path = (char *)"untouched"};
		struct err e = {0};

		tap_ok(diskspec_parse(bad[i].text, &spec, &e) == -EINVAL, "bad disk %zu is refused",
			i);
		tap_is(e.step, "diskspec.parse", "its step");
		if (!tap_ok(strstr(e.detail, bad[i].detail) != NULL, "the error says: %s",
			    bad[i].detail))
			printf("# got: %s\n", e.detail);
		tap_is(spec.path, "untouched", "the result is untouched");
	}
}

/* "PATH VDEV" of each disk, a semicolon after each; "-" for no device. */
static const struct {
	const char *text, *disks;
} lists[] = {
	{"", ""},
	{" \n", ""},
	{"[]", ""},
	{" [ ] ", ""},
	{"['phy:VG_Xen/LV_dom5,hda,w', 'file:/var/lib/xen/test,sda,w']",
		"/dev/VG_Xen/LV_dom5 hda;/var/lib/xen/test sda;"},
	{"['phy:/dev/vg/lv,hda,w', \"file:/a b,sda,w\"]", "/dev/vg/lv hda;/a b sda;"},
	{"[['phy:/dev/vg/lv', 'hda', 'w', None], ['file:/img/x', 'hdb', 'w', None]]",
		"/dev/vg/lv hda;/img/x hdb;"},
	{"[['phy:/dev/vg/lv', 'hda', 'w', None], 'file:/img/x,hdb,w']",
		"/dev/vg/lv hda;/img/x hdb;"},
	{"[['phy:/dev/vg/lv','hda','w','0','x86_64-abi']]", "/dev/vg/lv hda;"},
	{"[['file:/a,b','hda','w']]", "/a,b hda;"},
	{"[['file:/a']]", "/a -;"},
	{"[['file:/a',None,None,None,]]", "/a -;"},
	{"'/a'", "/a -;"},
	{"'/a,,hda','/b,,hdb'", "/a hda;/b hdb;"},
	{"'/a,,hda','/b,,hdb',", "/a hda;/b hdb;"},
	{"[\n  '/a,,hda',\r\n\t'/b,,hdb',\n]\n", "/a hda;/b hdb;"},
	{"['/a,,hda', ',hdc:cdrom,r', '/b,,hdb']", "/a hda;/b hdb;"},
	{"[['', 'hdc:cdrom', 'r', None], [None, 'hdd:cdrom', 'r', None], ['/b', 'hdb', 'w', None]]",
		"/b hdb;"},
	{"[u'/a', r'/b', U\"/c\", R\"/d\"]", "/a -;/b -;/c -;/d -;"},
	{"['/a\\'b', \"/a\\\"b\", '/a\"b', \"/a'b\"]", "/a'b -;/a\"b -;/a\"b -;/a'b -;"},
	{"['/a\\\\b', '/a\\x20b', '/a\\040b', '/a\\nb', '/a\\tb', '/a\\57b', '/\\1018']",
		"/a\\b -;/a b -;/a b -;/a\nb -;/a\tb -;/a/b -;/A8 -;"},
	{"[r'/a\\nb', r'/a\\'b', r'/a\\\\']", "/a\\nb -;/a\\'b -;/a\\\\ -;"},
	{"['/a]b', '/[a']", "/a]b -;/[a -;"},
};

static void list_text(const struct disklist *list, char *to, size_t size)
{
	size_t n = 0;

	*to = '\0';
	for (size_t i = 0; i < list->n && n < size; i++)
		n += (size_t)snprintf(to + n, size - n, "%s %s;", list->disk[i].path,
			list->disk[i].vdev ? list->disk[i].vdev : "-");
}

static void test_lists(void)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct disklist list = {0};
		struct err e = {0};
		char text[1024];

		if (!tap_ok(disklist_parse(lists[i].text, &list, &e) == 0, "list %zu is read", i))
			printf("# %s: %s\n", e.step, e.detail);
		list_text(&list, text, sizeof(text));
		tap_is(text, lists[i].disks, "its disks");
		disklist_done(&list);
	}
}

static const struct {
	const char *text, *step, *detail;
} bad_lists[] = {
	{"[", "disklist.parse", "unexpected end of the text at column 2;"},
	{"]", "disklist.parse", "a stray ']' at column 1;"},
	{",", "disklist.parse", "a stray ',' at column 1;"},
	{"['/a',,]", "disklist.parse", "a stray ',' at column 7;"},
	{"['/a'", "disklist.parse", "unexpected end of the text at column 6;"},
	{"['/a'] ['/b']", "disklist.parse",
		"unexpected text after the end of the list at column 8;"},
	{"['/a'],", "disklist.parse", "unexpected text after the end of the list at column 7;"},
	{"['/a' '/b']", "disklist.parse", "a string without ',' before it at column 7;"},
	{"['/a", "disklist.parse", "a string that does not end on its line, starting at column 2;"},
	{"['/a\n']", "disklist.parse",
		"a string that does not end on its line, starting at column 2;"},
	{"['/a\\']", "disklist.parse",
		"a string that does not end on its line, starting at column 2;"},
	{"'/a\\", "disklist.parse", "an escape other than"},
	{"[r'/a\\']", "disklist.parse",
		"a string that does not end on its line, starting at column 2;"},
	{"['/a', \"/b']", "disklist.parse",
		"a string that does not end on its line, starting at column 8;"},
	{"[[]]", "disklist.parse", "a stray ']' at column 3;"},
	{"[[['/a']]]", "disklist.parse", "a stray '[' at column 3;"},
	{"'/a', ['/b']", "disklist.parse", "a stray '[' at column 7;"},
	{"[['/a' 'hda']]", "disklist.parse", "a string without ',' before it at column 8;"},
	{"[['/a', 'hda'", "disklist.parse", "unexpected end of the text at column 14;"},
	{"[['/a','hda','w','0','x','y']]", "disklist.parse",
		"too many parts of a disk at column 26;"},
	{"[None]", "disklist.parse", "None instead of a disk at column 2;"},
	{"[NoneX]", "disklist.parse", "neither a quoted string nor"},
	{"file:/a,xvda,w", "disklist.parse", "; for one disk, use --disk='file:/a,xvda,w'"},
	{"/a", "disklist.parse", "; for one disk, use --disk='/a'"},
	{"[file:/a,xvda,w]", "disklist.parse", "; quote each disk, and put the whole list"},
	{"[/a]", "disklist.parse", "neither a quoted string nor one of [ ] , None at column 2;"},
	{"['/a', 7]", "disklist.parse", "nor one of [ ] , None at column 8;"},
	{"[b'/a']", "disklist.parse", "nor one of [ ] , None at column 2;"},
	{"[ur'/a']", "disklist.parse", "nor one of [ ] , None at column 2;"},
	{"('/a',)", "disklist.parse", "nor one of [ ] , None at column 1;"},
	{"__import__('os').system('x')", "disklist.parse", "nor one of [ ] , None at column 1;"},
	{"['/a'.upper()]", "disklist.parse", "nor one of [ ] , None at column 6;"},
	{"['/a' # x\n]", "disklist.parse", "nor one of [ ] , None at column 7;"},
	{"['/a\\q']", "disklist.parse", "\\ooo at column 5;"},
	{"['/a\\x2']", "disklist.parse", "\\ooo at column 5;"},
	{"['/a\\xg0']", "disklist.parse", "\\ooo at column 5;"},
	{"['/a\\8']", "disklist.parse", "\\ooo at column 5;"},
	{"['/a\\x00']", "disklist.parse", "no path can hold at column 5;"},
	{"['/a\\0']", "disklist.parse", "no path can hold at column 5;"},
	{"['/a\\400']", "disklist.parse", "no path can hold at column 5;"},
	{"['/a', 'drbd:r0,xvda,w']", "diskspec.parse", "/dev/drbd/by-res"},
	{"[['/a', 'hda', 'x', None]]", "diskspec.parse", "unknown access mode 'x'"},
	{"[['/a', 'hda', 'w', 'storage']]", "diskspec.parse", "'storage'"},
};

static void test_bad_lists(void)
{
	for (size_t i = 0; i < sizeof(bad_lists) / sizeof(bad_lists[0]); i++) {
		struct disklist list = {.n = 77};
		struct err e = {0};

		tap_ok(disklist_parse(bad_lists[i].text, &list, &e) == -EINVAL && list.n == 77,
			"bad list %zu is refused", i);
		tap_is(e.step, bad_lists[i].step, "its step");
		if (!tap_ok(strstr(e.detail, bad_lists[i].detail) != NULL, "the error says: %s",
			    bad_lists[i].detail))
			printf("# got: %s\n", e.detail);
	}
}

static int parse_many(int n, size_t *ret_n, struct err *e)
{
	char text[8 * DISKLIST_MAX] = "[";
	struct disklist list = {0};
	size_t at = 1;
	int r;

	for (int i = 0; i < n; i++)
		at += (size_t)sprintf(text + at, "'/a',");
	text[at] = ']';
	r = disklist_parse(text, &list, e);
	*ret_n = list.n;
	disklist_done(&list);
	return r;
}

static void test_many(void)
{
	struct err e = {0};
	size_t n;

	tap_ok(parse_many(DISKLIST_MAX, &n, &e) == 0 && n == DISKLIST_MAX,
		"as many disks as can be");
	tap_ok(parse_many(DISKLIST_MAX + 1, &n, &e) == -E2BIG, "one disk more is refused");
	tap_is(e.step, "disklist.add", "its step");
}

static void test_add(void)
{
	struct diskspec spec = {.path = strdup("/a"), .vdev = strdup("hda")};
	struct disklist list = {0};
	struct err e = {0};

	tap_ok(disklist_add(&list, &spec, &e) == 0 && list.n == 1, "a disk is added");
	tap_ok(!spec.path && !spec.vdev, "the added disk's strings are moved");
	tap_is(list.disk[0].path, "/a", "its path");
	disklist_done(&list);
	tap_ok(!list.disk && !list.n, "the freed list is empty");
	disklist_done(&list);
	diskspec_done(&spec);
}

static const char *list_seed(struct mutate *m)
{
	size_t n = sizeof(lists) / sizeof(lists[0]);
	size_t all = n + sizeof(bad_lists) / sizeof(bad_lists[0]);
	size_t i = mutate_random(m, all);

	return i < n ? lists[i].text : bad_lists[i - n].text;
}

static int is_explained(int r, const struct err *e)
{
	return r == 0 || (r == -EINVAL && e->subject[0] && e->detail[0]);
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(2);
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		char text[512];
		struct diskspec spec = {0};
		struct disklist list = {0};
		struct err spec_e = {0}, list_e = {0};
		int r;

		mutate_text(&m, good[mutate_random(&m, N_GOOD)].text, text, sizeof(text));
		r = diskspec_parse(text, &spec, &spec_e);
		wrong += !is_explained(r, &spec_e) || (r == 0 && !spec.path[0]);
		diskspec_done(&spec);
		mutate_text(&m, list_seed(&m), text, sizeof(text));
		r = disklist_parse(text, &list, &list_e);
		wrong += !is_explained(r, &list_e);
		for (size_t i = 0; i < list.n; i++)
			wrong += !list.disk[i].path || !list.disk[i].path[0];
		disklist_done(&list);
	}
	tap_ok(n > 0 && wrong == 0, "mutated disks are read or refused (%lu wrong)", wrong);
}

int main(void)
{
	test_good();
	test_bad();
	test_lists();
	test_bad_lists();
	test_many();
	test_add();
	test_mutations();
	return tap_done();
}
