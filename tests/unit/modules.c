/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules - which kernel versions name a directory of modules */
#include "kernels/modules.h"

#include "tap.h"

static const struct {
	const char *version, *release;
} cases[] = {
	{"6.1.0-56-amd64 (debian@lists) #1 SMP", "6.1.0-56-amd64"},
	{"2.6.16.60-0.21-xen (geeko@buildhost) #1", "2.6.16.60-0.21-xen"},
	{"6.9.0+", "6.9.0+"},
	{"5.14.0-427.el9.x86_64 x", "5.14.0-427.el9.x86_64"},
	{"6.1~rc1", "6.1~rc1"},
	{"", ""},
	{" 6.1", ""},
	{"x6.1", ""},
	{"..", ""},
	{"../../etc", ""},
	{"6.1/../../etc x", ""},
	{"6.1\tx", ""},
	{"6.1\xc3\xa4 x", ""},
};

int main(void)
{
	char release[RELEASE_SIZE], endless[2 * RELEASE_SIZE] = "6";

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		modules_release(cases[i].version, release);
		tap_is(release, cases[i].release, cases[i].version);
	}
	memset(endless + 1, '1', RELEASE_SIZE - 2);
	modules_release(endless, release);
	tap_is(release, endless, "the longest release");
	endless[RELEASE_SIZE - 1] = '1';
	modules_release(endless, release);
	tap_is(release, "", "a release that is too long is ignored");
	return tap_done();
}
