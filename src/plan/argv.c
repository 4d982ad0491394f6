/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argv - split a command line into words: one argument may hold several */
#include "plan/argv.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(BLANKS, text[len - 1]))
		text[--len] = '\0';
}

/*
 * End @text at the first blank that a known option follows. Returns the rest, or NULL if there is
 * none.
 */
static char *cut(char *text, argv_is_option_fn is_option)
{
	char *c = text;

	while (*c && !(strchr(BLANKS, *c) && is_option(c + 1, strcspn(c + 1, "=" BLANKS))))
		c++;
	if (!*c) {
		trim(text);
		return NULL;
	}
	*c = '\0';
	trim(text);
	return c + 1;
}

/* --args= may contain anything, even what looks like one of our options. */
static bool may_be_several(const char *text)
{
	text += strspn(text, BLANKS);
	return text[0] == '-' && strncmp(text, "--args=", 7) != 0;
}

static bool argv_split_one(const char *text, argv_is_option_fn is_option, struct words *to)
{
	char *copy = strdup(text + strspn(text, BLANKS));

	for (char *rest = copy; rest; rest = cut(rest, is_option))
		to->word[to->n++] = rest;
	return copy;
}

struct words argv_split(int argc, char **argv, argv_is_option_fn is_option)
{
	struct words w = {.positionals = 2};
	size_t most = 2;

	for (int i = 0; i < argc; i++)
		most += strlen(argv[i]) / 3 + 1;
	w.word = calloc(most, sizeof(*w.word));
	for (int i = 0; w.word && i < argc; i++)
		if (i == 0 || !may_be_several(argv[i]))
			w.word[w.n++] = argv[i];
		else if (!argv_split_one(argv[i], is_option, &w))
			w.word = NULL;
	return w;
}
