/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_parse - parse the command line by the table of options */
#include "plan/options_parse.h"

#include <getopt.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "plan/argv.h"
#include "plan/options_refuse.h"
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

#define LONG_BASE   256
#define SHORTS_SIZE (2 * OPTION_ROWS + 3)
#define GiB	    (UINT64_C(1) << 30)
#define MiB	    (UINT64_C(1) << 20)

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

/* What getopt returns for an option. */
static const struct option_row *row_of(int c)
{
	return c >= LONG_BASE ? &option_rows[c - LONG_BASE] : option_by_letter(c);
}

static int argument_of(const struct option_row *row)
{
	if (option_takes_optional(row))
		return optional_argument;
	return row->kind != FLAG && row->argument ? required_argument : no_argument;
}

static void build_getopt(
	const struct words *words, struct option longs[OPTION_ROWS + 1], char shorts[SHORTS_SIZE])
{
	size_t n_longs = 0, n = 0;

	if (words->ends_at_positional)
		shorts[n++] = '+';
	shorts[n++] = ':';
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		int argument = argument_of(&option_rows[i]);

		if (!option_is_taken(words->options, &option_rows[i]))
			continue;
		longs[n_longs++] =
			(struct option){option_rows[i].name, argument, NULL, LONG_BASE + (int)i};
		if (option_rows[i].letter)
			shorts[n++] = (char)option_rows[i].letter;
		if (option_rows[i].letter && argument == required_argument)
			shorts[n++] = ':';
	}
	longs[n_longs] = (struct option){0};
	shorts[n] = '\0';
}

/* Returns the next option's row; NULL at the end, or for an invalid one with getopt's verdict in
 * *ret_bad. */
static const struct option_row *next_row(const struct words *w, int *ret_bad)
{
	static struct option longs[OPTION_ROWS + 1];
	static char shorts[SHORTS_SIZE];
	static const char *const *built_for;
	int c;

	if (!longs[0].name || built_for != w->options)
		build_getopt(w, longs, shorts);
	built_for = w->options;
	opterr = 0;
	c = getopt_long(w->n, w->word, shorts, longs, NULL);
	*ret_bad = c == '?' || c == ':' ? c : 0;
	return c == -1 || *ret_bad ? NULL : row_of(c);
}

/* On a copy, since getopt permutes the words: an option without its value would then get another
 * word. */
const char *options_find_output(const struct words *words)
{
	own_free char **word = calloc((size_t)words->n + 1, sizeof(*word));
	const struct option_row *row;
	struct words copy = *words;
	const char *found = NULL;
	int bad;

	if (!word)
		return NULL;
	copy.word = memcpy(word, words->word, (size_t)words->n * sizeof(*word));
	optind = 0;
	while ((row = next_row(&copy, &bad)) || bad)
		if (row && row->offset == offsetof(struct options, output) && row->kind == TEXT)
			found = optarg;
	return found;
}

int options_skip(const struct words *words)
{
	int bad;

	optind = 0;
	while (next_row(words, &bad))
		;
	return bad ? words->n : optind;
}

/* Skip empty words: a toolstack that splits its arguments at each blank produces them. */
static int take_positionals(const struct words *w, struct options *o, struct err *e)
{
	const char *what = w->positionals == 0 ? "only options are accepted here"
			   : w->options	       ? "too many disks"
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

/* Returns the word of the current option: getopt advances after the last letter of a word. */
static const char *current_word(const struct words *words)
{
	const char *word = optind < words->n ? words->word[optind] : "";

	if (optopt > 0 && optopt < LONG_BASE && word[0] == '-' && word[1] != '-' && word[1] &&
		word[2] && strchr(word, optopt))
		return word;
	return words->word[optind > 0 ? optind - 1 : 0];
}

static int refuse(const struct words *words, int bad, struct err *e)
{
	const char *word = current_word(words);

	if (bad == ':')
		return options_refuse_missing(word, row_of(optopt), e);
	if (optopt >= LONG_BASE)
		return options_refuse_value(word, e);
	if (optopt)
		return options_refuse_letter(word, (char)optopt, words->options, e);
	return options_refuse_long(word, words->options, e);
}

int options_parse(const struct words *words, struct options *o, struct err *e)
{
	const struct option_row *row;
	int bad;

	optind = 0;
	while ((row = next_row(words, &bad))) {
		int r = option_set(row, optarg, o, e);

		if (r < 0)
			return r;
	}
	if (bad)
		return refuse(words, bad, e);
	return take_positionals(words, o, e);
}
