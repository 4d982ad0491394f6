/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subvol - which subvolume options and names mean, by table */
#include "syntax/subvol.h"

#include <errno.h>
#include <stdlib.h>

#include "mutate.h"
#include "tap.h"

static const struct {
	const char *options, *subvol;
	int kept;
} subvols[] = {
	{"", "", 1},
	{"defaults", "", 1},
	{"subvol=@", "subvol=@", 1},
	{"rw,subvol=@,subvol=@/b,noatime", "subvol=@/b", 1},
	{"subvolid=5", "subvolid=5", 1},
	{"subvolid=5,subvolid=256", "subvolid=256", 1},
	{"subvol=@,subvolid=256", "subvol=@", 1},
	{"subvol=", "", 1},
	{"xsubvol=@", "", 1},
	{"subvol=a b", "subvol=a b", 1},
	{"subvolid=0x101", "", 0},
	{"subvolid=-1", "", 0},
	{"subvol=\"a", "", 0},
	{"subvol=a\nb", "", 0},
	{"subvol=a\x7f", "", 0},
	{"subvol=12345678901234567890", "", 0},
	{",,,", "", 1},
	{"x-a=subvol=@", "", 1},
};

static void test_subvols(void)
{
	for (size_t i = 0; i < sizeof(subvols) / sizeof(subvols[0]); i++) {
		char to[26];

		tap_ok(subvol_of_options(subvols[i].options, to, sizeof(to)) == subvols[i].kept,
			"options %zu: something %sdropped", i, subvols[i].kept ? "not " : "");
		tap_is(to, subvols[i].subvol, subvols[i].options);
	}
}

static const struct {
	const char *text, *dev, *option; /* dev NULL: refused */
} devices[] = {
	{"xvda2", "xvda2", ""},
	{"xvda2[@]", "xvda2", "subvol=@"},
	{"/dev/xvda2[@/.snapshots/1/snapshot]", "/dev/xvda2", "subvol=@/.snapshots/1/snapshot"},
	{"xvda2[/]", "xvda2", "subvol=/"},
	{"UUID=0a1b[my kernels]", "UUID=0a1b", "subvol=my kernels"},
	{"xvda2[a[1]]", "xvda2", "subvol=a[1]"},
	{"xvda2[257]", "xvda2", "subvol=257"},
	{"LABEL=a]b", "LABEL=a]b", ""},
	{"LABEL=a[b", "LABEL=a[b", ""},
	{"LABEL=\\x5ba\\x5d", "LABEL=\\x5ba\\x5d", ""},
	{"", "", ""},
	{"]", "]", ""},
	{"[@]", "", "subvol=@"},
	{"xvda2[]", NULL, ""},
	{"xvda2[a,b]", NULL, ""},
	{"xvda2[\"a]", NULL, ""},
	{"xvda2[a\n]", NULL, ""},
};

static void test_devices(void)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		char *dev = NULL, option[SUBVOL_MAX];
		struct err e = {0};
		int r = subvol_split(devices[i].text, &dev, option, &e);

		tap_ok(r == (devices[i].dev ? 0 : -EINVAL), "%s: %d", devices[i].text, r);
		tap_is(dev ? dev : "", devices[i].dev ? devices[i].dev : "", devices[i].text);
		tap_is(option, devices[i].option, devices[i].text);
		free(dev);
	}
}

static void test_long_names(void)
{
	char text[SUBVOL_MAX + 8] = "x[", option[SUBVOL_MAX], *dev = NULL;

	memset(text + 2, 'a', 248);
	text[250] = ']';
	tap_ok(subvol_split(text, &dev, option, NULL) == 0 && strlen(option) == 255,
		"a name of 248 bytes is the longest");
	free(dev);
	memset(text + 2, 'a', 249);
	text[251] = ']';
	dev = NULL;
	tap_ok(subvol_split(text, &dev, option, NULL) == -EINVAL && !dev,
		"a name of 249 bytes is refused");
	memset(text + 2, 'a', SUBVOL_MAX);
	text[SUBVOL_MAX + 2] = ']';
	tap_ok(subvol_split(text, &dev, option, NULL) == -EINVAL && !dev,
		"longer names are refused");
}

static const struct {
	const char *text;
	int good;
} options[] = {
	{"", 1},
	{"subvol=@", 1},
	{"subvolid=257", 1},
	{"subvol=", 0},
	{"subvolid=", 0},
	{"subvolid=5x", 0},
	{"subvol=@,device=/dev/sda", 0},
	{"subvol=a\x01", 0},
	{"rescue=all", 0},
	{"subvo", 0},
};

static void test_options(void)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		tap_ok(subvol_is_option(options[i].text) == options[i].good, "'%s' is %san option",
			options[i].text, options[i].good ? "" : "not ");
}

static void test_mutations(void)
{
	struct mutate m = mutate_for(1);
	unsigned long n = 0, wrong = 0;

	for (; mutate_more(&m); n++) {
		char text[300], option[SUBVOL_MAX], *dev = NULL;
		size_t i = mutate_random(&m, sizeof(devices) / sizeof(devices[0]));
		size_t k = mutate_random(&m, sizeof(subvols) / sizeof(subvols[0]));

		mutate_text(&m, devices[i].text, text, sizeof(text));
		subvol_split(text, &dev, option, NULL);
		wrong += !subvol_is_option(option);
		free(dev);
		mutate_text(&m, subvols[k].options, text, sizeof(text));
		subvol_of_options(text, option, sizeof(option));
		wrong += !subvol_is_option(option);
	}
	tap_ok(n > 0 && wrong == 0, "mutated texts give valid options or none (%lu wrong)", wrong);
}

int main(void)
{
	test_subvols();
	test_devices();
	test_long_names();
	test_options();
	test_mutations();
	return tap_done();
}
