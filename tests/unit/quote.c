/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - words to paste: how they are quoted, and how sh and xl read them */
#include "base/quote.h"

#include <stdlib.h>

#include "syntax/xlcfg.h"
#include "tap.h"

static const struct {
	const char *text, *word;
	int for_sh_alone;
} words[] = {
	{"/boot/vmlinuz-6.1.0,/boot/initrd.img", "/boot/vmlinuz-6.1.0,/boot/initrd.img", 0},
	{"", "''", 0},
	{"the root", "'the root'", 0},
	{"xvda2[@]", "'xvda2[@]'", 0},
	{"$(touch x)`y`!", "'$(touch x)`y`!'", 0},
	{"say \"a\"", "'say \"a\"'", 0},
	{"it's", "\"it's\"", 0},
	{"it's \"a\\b\"", "\"it's \\\"a\\\\b\\\"\"", 0},
	{"a\\n", "\"a\\\\n\"", 0},
	{"it's $HOME", "\"$(printf -- 'it\\047s $HOME')\"", 1},
	{"'!", "\"$(printf -- '\\047!')\"", 1},
	{"\\`%s", "\"$(printf -- '\\134`%%s')\"", 1},
	{"--a\033", "\"$(printf -- '--a\\033')\"", 1},
	{"\033[31m", "\"$(printf -- '\\033[31m')\"", 1},
	{"two\nlines", "\"$(printf -- 'two\\012lines')\"", 1},
	{"\xff\xfe"
	 "1",
		"\"$(printf -- '\\377\\3761')\"", 1},
	{"M\xc3\xbcll", "\"$(printf -- 'M\\303\\274ll')\"", 1},
};

/* What the shell makes of the word. */
static void sh_is(const char *word, const char *text)
{
	char command[512], got[256];
	FILE *sh;
	size_t n;

	snprintf(command, sizeof(command), "printf %%s %s", word);
	sh = popen(command, "r");
	n = sh ? fread(got, 1, sizeof(got) - 1, sh) : 0;
	got[n] = '\0';
	tap_is(got, text, "sh understands it");
	if (sh)
		pclose(sh);
}

static void xl_is(const char *word, const char *text)
{
	char line[512];
	struct xlcfg c = {0};

	snprintf(line, sizeof(line), "name = %s\n", word);
	tap_ok(xlcfg_parse(line, "x.cfg", &c, NULL) == 0, "xl reads it");
	tap_is(c.name, text, "xl understands it");
	xlcfg_done(&c);
}

static void test_short(void)
{
	char to[8];

	tap_ok(quote_shell(to, sizeof(to), "123456"), "a word that just fits");
	tap_ok(quote_shell(to, sizeof(to), "12 4"), "quotes that just fit");
	tap_is(to, "'12 4'", "a quoted word that just fits is complete");
	tap_ok(!quote_shell(to, sizeof(to), "12 456"), "no room for the last quote");
	tap_is(to, "", "a word that does not fit is empty");
	tap_ok(!quote_shell(to, sizeof(to), "12345678"), "no room for the final NUL");
	tap_ok(!quote_shell(to, sizeof(to), "\xff"), "no room for the printf form");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char word[256];

		tap_ok(quote_shell(word, sizeof(word), words[i].text), "it fits");
		tap_is(word, words[i].word, "the word");
		sh_is(word, words[i].text);
		if (word[0] == '\'' || (word[0] == '"' && !words[i].for_sh_alone))
			xl_is(word, words[i].text);
	}
	test_short();
	return tap_done();
}
