/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmreport - reports of lvm: valid, damaged and hostile */
#include "guest/lvmreport.h"

#include <errno.h>
#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

#define VG  "{\"vg_name\":\"vg-a\",\"vg_uuid\":\"A1-B2\",\"vg_extent_size\":\"1048576\"}"
#define PV0 "{\"pv_name\":\"/d/pv0\",\"pv_uuid\":\"P0-x\",\"pe_start\":\"1048576\"}"
#define PV1 "{\"pv_name\":\"/d/pv1\",\"pv_uuid\":\"P1-x\",\"pe_start\":\"2097152\"}"
#define PVX "{\"pv_name\":\"[unknown]\",\"pv_uuid\":\"PX-x\",\"pe_start\":\"1048576\"}"
#define LV(attr, size)                                                                             \
	"{\"lv_name\":\"root\",\"lv_uuid\":\"C3-d4\",\"lv_attr\":\"" attr                          \
	"wi-------\",\"lv_size\":\"" size "\"}"
#define SEG(type, n, stripe, start, size, ranges)                                                  \
	"{\"lv_uuid\":\"C3-d4\",\"segtype\":\"" type "\",\"stripes\":\"" n                         \
	"\",\"stripe_size\":\"" stripe "\",\"seg_start\":\"" start "\",\"seg_size\":\"" size       \
	"\",\"seg_pe_ranges\":\"" ranges "\"}"
#define REPORT(vg, pvs, lvs, segs)                                                                 \
	"{\"report\":[{\"vg\":[" vg "],\"pv\":[" pvs "],\"lv\":[" lvs "],\"seg\":[" segs "]}]}"

#define LINEAR	SEG("linear", "1", "0", "0", "2097152", "/d/pv0:3-4")
#define MOVED	SEG("linear", "1", "0", "2097152", "1048576", "/d/pv1:0-0")
#define STRIPED SEG("striped", "2", "65536", "0", "4194304", "/d/pv0:0-1 /d/pv1:5-6")

#define GOOD REPORT(VG, PV0 "," PV1, LV("-", "3145728"), MOVED "," LINEAR)

static struct lvm_report report;

static int parse(const char *text, struct err *e)
{
	*e = (struct err){0};
	return lvmreport_parse(text, strlen(text), "/d/pv", 2, &report, e);
}

static void try_linear(void)
{
	struct err e;

	tap_ok(parse(GOOD, &e) == 0, "two segments, out of order");
	tap_ok(report.n_pvs == 2 && report.n_lvs == 1 && report.n_segments == 2,
		"all of them are read");
	tap_is(report.lv[0].guest_name, "vg-a/root", "its name");
	tap_is(report.lv[0].guest_uuid, "A1B2C3d4", "its UUIDs");
	tap_is(report.lv[0].kind, "", "its type is supported");
	tap_ok(report.segment[0].size == 2097152 && report.segment[1].size == 1048576,
		"the segments' sizes");
	tap_ok(report.area[0].device == 0 && report.area[0].start == 4 * 1048576, "the first area");
	tap_ok(report.area[1].device == 1 && report.area[1].start == 2097152, "the second area");
	tap_ok(lvmreport_check(&report, 2) == 0, "it is valid");
	tap_ok(lvmreport_check(&report, 1) == -EPROTO, "it is invalid for fewer devices");
}

static void try_striped(void)
{
	struct err e;

	tap_ok(parse(REPORT(VG, PV0 "," PV1, LV("-", "4194304"), STRIPED), &e) == 0, "striped");
	tap_ok(report.segment[0].n_areas == 2 && report.segment[0].stripe_size == 65536,
		"two stripes");
	tap_ok(report.area[1].device == 1 && report.area[1].start == 7 * 1048576,
		"the second area");
	tap_ok(lvmreport_check(&report, 2) == 0, "it is valid");
}

static void try_missing(void)
{
	struct err e;

	tap_ok(parse(REPORT(VG, PV0 "," PVX, LV("-", "4194304"),
			     SEG("striped", "2", "65536", "0", "4194304",
				     "/d/pv0:0-1 [unknown]:5-6")),
		       &e) == 0,
		"a physical volume is missing");
	tap_ok(report.pv[1].device == -1 && report.area[1].device == -1,
		"the missing volume has no device");
	tap_is(report.pv[1].guest_uuid, "PX-x", "its UUID is known");
	tap_ok(lvmreport_check(&report, 2) == 0, "it is valid");
}

static void try_kinds(void)
{
	static const struct {
		const char *text, *kind;
	} kinds[] = {
		{REPORT(VG, PV0, LV("r", "2097152"),
			 SEG("raid1", "2", "0", "0", "2097152", "a_rimage_0:0-1 a_rimage_1:0-1")),
			"raid1"},
		{REPORT(VG, PV0, LV("V", "2097152"), SEG("thin", "0", "0", "0", "2097152", "")),
			"thin"},
		{REPORT(VG, PV0, LV("v", "2097152"), SEG("vdo", "1", "0", "0", "2097152", "p:0-1")),
			"vdo"},
		{REPORT(VG, PV0, LV("C", "2097152"),
			 SEG("writecache", "1", "0", "0", "2097152", "o_wcorig:0-1")),
			"writecache"},
		{REPORT(VG, PV0, LV("-", "2097152"), SEG("error", "1", "0", "0", "2097152", "")),
			"error"},
		{REPORT(VG, PV0, LV("s", "2097152"), LINEAR), "snapshot"},
		{REPORT(VG, PV0, LV("O", "2097152"), LINEAR), "merging"},
		{REPORT(VG, PV0, LV("-", "2097152"),
			 SEG("linear", "1", "0", "0", "2097152", "pvmove0:0-1")),
			"pvmove"},
		{REPORT(VG, PV0, LV("o", "2097152"), LINEAR), ""},
	};
	struct err e;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		tap_ok(parse(kinds[i].text, &e) == 0, "kind %zu is read", i);
		tap_is(report.lv[0].kind, kinds[i].kind, "its type is named");
		tap_ok(lvmreport_check(&report, 2) == 0, "it is valid");
	}
	tap_ok(parse(REPORT("", PV0, "", ""), &e) == 0 && report.n_pvs == 0,
		"a report without a volume group");
	tap_ok(parse("{\"report\":[]}", &e) == 0 && report.n_lvs == 0, "an empty report");
}

static const char *const refused[] = {
	"",
	"[]",
	"{}",
	"{\"report\":{}}",
	"{\"report\":[{\"vg\":[",
	"[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]",
	REPORT("1", PV0, "", ""),
	REPORT("{\"vg_name\":\"../x\",\"vg_uuid\":\"A\",\"vg_extent_size\":\"512\"}", "", "", ""),
	REPORT("{\"vg_name\":\"vg\",\"vg_uuid\":\"A\",\"vg_extent_size\":\"0\"}", "", "", ""),
	REPORT("{\"vg_name\":\"vg\",\"vg_uuid\":\"A\",\"vg_extent_size\":\"9223372036854775296\"}",
		"", "", ""),
	REPORT(VG, "{\"pv_name\":\"/dev/sda\",\"pv_uuid\":\"P\",\"pe_start\":\"512\"}", "", ""),
	REPORT(VG, "{\"pv_name\":\"/d/pv2\",\"pv_uuid\":\"P\",\"pe_start\":\"512\"}", "", ""),
	REPORT(VG, "{\"pv_name\":\"/d/pv0\",\"pv_uuid\":\"P\",\"pe_start\":\"511\"}", "", ""),
	REPORT(VG, "{\"pv_name\":\"/d/pv0\",\"pv_uuid\":\"P\",\"pe_start\":512}", "", ""),
	REPORT(VG, PV0, LV("-", "0"), ""),
	REPORT(VG, PV0, LV("-", "2097152"), ""),
	REPORT(VG, PV0, LV("-", "1048576"), LINEAR), /* the segment is longer */
	REPORT(VG, PV0, LV("-", "4194304"), LINEAR), /* a gap at the end */
	REPORT(VG, PV1, LV("-", "2097152"), LINEAR), /* not of this group */
	REPORT(VG, PV0, LV("-", "2097152"), SEG("linear", "0", "0", "0", "2097152", "")),
	REPORT(VG, PV0, LV("-", "2097152"), SEG("linear", "1", "0", "0", "2097152", "")),
	REPORT(VG, PV0, LV("-", "2097152"), SEG("linear", "1", "0", "0", "2097152", "/d/pv0:0-2")),
	REPORT(VG, PV0, LV("-", "2097152"), SEG("linear", "1", "0", "0", "2097152", "/d/pv0:1-0")),
	REPORT(VG, PV0, LV("-", "2097152"), SEG("linear", "1", "0", "0", "2097152", "/d/pv0:x")),
	REPORT(VG, PV0, LV("-", "2097152"),
		SEG("linear", "1", "0", "0", "2097152", "/d/pv0:4294967296-4294967297")),
	REPORT(VG, PV0, LV("-", "2097152"),
		SEG("striped", "2", "0", "0", "2097152", "/d/pv0:0-0 /d/pv0:1-1")),
	REPORT(VG, PV0, LV("-", "2097152"),
		SEG("striped", "2", "36028797018963968", "0", "2097152", "/d/pv0:0-0 /d/pv0:1-1")),
	REPORT(VG, PV0, LV("-", "2097152"),
		SEG("striped", "512", "36028797018963968", "0", "2097152", "/d/pv0:0-0")),
	REPORT(VG, PV0, LV("-", "2097152"), SEG("\\u0007bell", "1", "0", "0", "2097152", "")),
};

static void try_refused(void)
{
	struct err e;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		tap_ok(parse(refused[i], &e) == -EBADMSG && !strcmp(e.step, "lvm.report"),
			"hostile %zu is refused", i);
}

/* So many rows of a kind. */
static void try_many(const char *head, const char *row, unsigned int n, const char *tail)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct err e;

	fputs(head, f);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "%s%s", i ? "," : "", row);
	fputs(tail, f);
	fclose(f);
	tap_ok(parse(text, &e) == -E2BIG, "%u entries are too many", n);
	free(text);
}

static void try_limits(void)
{
	try_many("{\"report\":[{\"vg\":[" VG "],\"pv\":[", PV0, LVM_PVS_MAX + 1, "]}]}");
	try_many("{\"report\":[{\"vg\":[" VG "],\"pv\":[" PV0 "],\"lv\":[", LV("s", "512"),
		LVM_LVS_MAX + 1, "]}]}");
	try_many("{\"report\":[{\"vg\":[" VG "],\"pv\":[" PV0 "],\"seg\":[" LINEAR "],\"lv\":[",
		LV("-", "2097152"), LVM_SEGMENTS_MAX + 1, "]}]}");
}

/* A guest has taken over the reader, which sends a bad report. */
static void try_unsound(void)
{
	struct err e;

#define UNSOUND(change, what)                                                                      \
	parse(GOOD, &e);                                                                           \
	change;                                                                                    \
	tap_ok(lvmreport_check(&report, 2) == -EPROTO, what)
	UNSOUND(report.n_lvs = LVM_LVS_MAX + 1, "too many volumes");
	UNSOUND(report.n_areas = LVM_AREAS_MAX + 1, "too many areas");
	UNSOUND(report.area[0].device = 2, "no such device");
	UNSOUND(report.area[0].start = 1, "not a multiple of the sector size");
	UNSOUND(report.segment[1].first_area = 0, "areas of another segment");
	UNSOUND(report.segment[0].n_areas = 600, "areas beyond the table");
	UNSOUND(report.segment[0].n_areas = 0, "no area");
	UNSOUND(report.lv[0].n_segments = 3, "segments that are not there");
	UNSOUND(report.lv[0].first_segment = 1, "another one's segments");
	UNSOUND(report.lv[0].size = 512, "a size of its own");
	UNSOUND(strcpy(report.lv[0].guest_name, "a b"), "a name that LVM does not allow");
	UNSOUND(strcpy(report.pv[0].guest_uuid, "\033"), "a UUID that is none");
#undef UNSOUND
	parse(GOOD, &e);
	memset(report.lv[0].kind, 'x', sizeof(report.lv[0].kind));
	tap_ok(lvmreport_check(&report, 2) == 0 && strlen(report.lv[0].kind) < 24,
		"an unterminated string is terminated");
}

static void try_mutations(void)
{
	static const char *const texts[] = {
		GOOD, REPORT(VG, PV0 "," PV1, LV("-", "4194304"), STRIPED)};
	struct mutate m = mutate_for(1);
	unsigned int n = 0, unsound = 0;
	static char text[4096];

	while (mutate_more(&m)) {
		struct err e;

		mutate_text(&m, texts[n++ % 2], text, sizeof(text));
		if (parse(text, &e) == 0 && lvmreport_check(&report, 2) < 0)
			unsound++;
	}
	tap_ok(unsound == 0, "damaged reports are refused or valid");
}

int main(void)
{
	try_linear();
	try_striped();
	try_missing();
	try_kinds();
	try_refused();
	try_limits();
	try_unsound();
	try_mutations();
	return tap_done();
}
