/* SPDX-License-Identifier: GPL-2.0-or-later */
/* near - which word is suggested for a misspelled one, and which is not */
#include "base/near.h"

#include "tap.h"

static const struct {
	const char *meant, *word;
	unsigned int distance;
} pairs[] = {
	{"output", "output", 0},
	{"outptu", "output", 1},
	{"ouput", "output", 1},
	{"outputt", "output", 1},
	{"0utput", "output", 1},
	{"vmlinux", "vmlinuz", 1},
	{"vmlinuz", "vmlinuz-6.1.0-56-amd64", 2},
	{"vmlinuz-6.1.0-56", "vmlinuz-6.1.0-65", 1},
	{"initrd", "vmlinuz", NEAR_NONE},
	{"in", "initrd", NEAR_NONE},
	{"a", "b", 1},
	{"", "b", 1},
	{"", "", 0},
	{"abc", "xyz", NEAR_NONE},
};

static void test_long(void)
{
	char long_word[200];

	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	tap_ok(near_distance(long_word, long_word) == NEAR_NONE,
		"words that are too long are not compared");
	tap_ok(near_distance(long_word + 119, long_word + 119) == 0,
		"words of 80 bytes are compared");
}

static void test_nearest(void)
{
	struct near n = NEAR_NOTHING;

	near_consider(&n, "lst", "doctor");
	tap_ok(!n.word, "no word is similar");
	near_consider(&n, "lst", "last");
	near_consider(&n, "lst", "list");
	tap_is(n.word, "last", "of two equally similar words the first one wins");
	near_consider(&n, "lst", "lst");
	tap_ok(!strcmp(n.word, "lst") && n.distance == 0, "an equal word wins");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		unsigned int n = near_distance(pairs[i].meant, pairs[i].word);

		if (!tap_ok(n == pairs[i].distance, "'%s' for '%s'", pairs[i].meant, pairs[i].word))
			printf("#  got: %u\n", n);
	}
	test_long();
	test_nearest();
	return tap_done();
}
