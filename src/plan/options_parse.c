/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_parse - parse the command line by the table of options */
#include "plan/options_parse.h"

#include <getopt.h>
#include <string.h>

#include "base/near.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "plan/argv.h"
#include "plan/options_set.h"
#include "plan/options_table.h"

bool options_is_known(const char *text, size_t len)
{
	if (len < 2 || text[0] != '-')
		return false;
	if (text[1] != '-')
		return len == 2 && option_by_letter(text[1]);
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].where != COMMANDS &&
			text_is(text + 2, len - 2, option_rows[i].name))
			return true;
	return false;
}

#define LONG_BASE 256
#define GiB	  (UINT64_C(1) << 30)
#define MiB	  (UINT64_C(1) << 20)

void options_defaults(struct options *o)
{
	*o = (struct options){
		.output_format = "sxp",
		.format = "text",
		.keep = 2,
		.tmpdir = "/var/lib/xen/tmp",
		.tmpdir_mode = 0750,
		.mapper = "auto",
		.dirty = "replay",
		.reflink = "auto",
		.filesystems = DEFAULT_FILESYSTEMS,
		.max_kernel_size = GiB,
		.max_initrd_size = GiB,
		.replay_limit = 256 * MiB,
	};
}

static void build_getopt(const char *const *options, struct option longs[OPTION_ROWS + 1],
	char shorts[2 * OPTION_ROWS + 2])
{
	size_t n_longs = 0, n = 0;

	shorts[n++] = ':';
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		bool wants = option_rows[i].kind != FLAG && option_rows[i].argument;

		if (!option_is_taken(options, &option_rows[i]))
			continue;
		longs[n_longs++] = (struct option){option_rows[i].name,
			wants ? required_argument : no_argument, NULL, LONG_BASE + (int)i};
		if (option_rows[i].letter)
			shorts[n++] = (char)option_rows[i].letter;
		if (option_rows[i].letter && wants)
			shorts[n++] = ':';
	}
	longs[n_longs] = (struct option){0};
	shorts[n] = '\0';
}

/*
 * The next option: its row, NULL at the end, with *ret_bad the complaint about one that is not
 * known.
 */
static const struct option_row *next_row(const struct words *w, const char **ret_bad)
{
	static struct option longs[OPTION_ROWS + 1];
	static char shorts[2 * OPTION_ROWS + 2];
	static const char *const *built_for;
	int c;

	if (!longs[0].name || built_for != w->options)
		build_getopt(w->options, longs, shorts);
	built_for = w->options;
	*ret_bad = NULL;
	opterr = 0;
	c = getopt_long(w->n, w->word, shorts, longs, NULL);
	if (c == -1)
		return NULL;
	if (c == '?' || c == ':') {
		*ret_bad =
			c == ':'
				? "it wants a value"
				: "there is no such option, or it takes no value, or it is short for several";
		return NULL;
	}
	return c >= LONG_BASE ? &option_rows[c - LONG_BASE] : option_by_letter(c);
}

const char *options_find_output(const struct words *words)
{
	const char *bad, *found = NULL;
	const struct option_row *row;

	optind = 0;
	while ((row = next_row(words, &bad)) || bad)
		if (row && row->offset == offsetof(struct options, output) && row->kind == TEXT)
			found = optarg;
	return found;
}

/* Skip empty words: a toolstack that splits its arguments at each blank produces them. */
static int take_positionals(const struct words *w, struct options *o, struct err *e)
{
	const char *what = w->positionals == 0 ? "only options are taken here"
			   : w->options	       ? "that are too many disks"
					       : "after the options: DISK [VDEV]; more disks go "
						 "into --disks or --disk";

	for (; optind < w->n; optind++) {
		if (!*w->word[optind])
			continue;
		if (o->n_positional == w->positionals) {
			FAIL(e, -EINVAL, "options.count", "%s", QUOTE(w->word[optind]));
			return err_detail(e, "%s", what);
		}
		o->positional[o->n_positional++] = w->word[optind];
	}
	return 0;
}

/* The option that may have been meant, NULL when none is near; @word: "--outptu=x". */
static const char *nearest(const char *const *options, const char *word)
{
	struct near near = NEAR_NOTHING;
	char name[64];

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_is_taken(options, &option_rows[i]))
			near_consider(&near, name, option_rows[i].name);
	return near.distance > 0 ? near.word : NULL; /* what is taken is not misspelt */
}

static int refuse_unknown(const struct words *words, const char *bad, struct err *e)
{
	const char *word = words->word[optind > 0 ? optind - 1 : 0];
	const char *near = nearest(words->options, word);

	FAIL(e, -EINVAL, "options.unknown", "%s", QUOTE(word));
	if (near)
		return err_detail(e, "%s; did you mean --%s?", bad, near);
	return err_detail(e, "%s", bad);
}

int options_parse(const struct words *words, struct options *o, struct err *e)
{
	const struct option_row *row;
	const char *bad;

	optind = 0;
	while ((row = next_row(words, &bad))) {
		int r = option_set(row, optarg, o, e);

		if (r < 0)
			return r;
	}
	if (bad)
		return refuse_unknown(words, bad, e);
	return take_positionals(words, o, e);
}
