/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_text - the table of options as text: for --help, shells and tests */
#include "plan/options_text.h"

#include <string.h>

#include "base/array.h"
#include "plan/options_table.h"

#define HELP_WIDTH     27 /* widest first column */
#define HELP_WIDTH_ALL 24 /* in --help=all, whose texts are longer */
#define HELP_LINE      80

static const char *help_left(const struct option_row *row, char to[64])
{
	char letter[8] = "    ";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	if (option_takes_optional(row))
		snprintf(to, 64, "%s--%s[=%s]", letter, row->name, row->argument);
	else
		snprintf(to, 64, "%s--%s%s%s", letter, row->name, row->argument ? "=" : "",
			row->argument ? row->argument : "");
	return to;
}

static bool is_helped(const char *const *options, const struct option_row *row, enum in_help how)
{
	return row->help && row->in_help == how && option_is_taken(options, row);
}

/* Whether the option has its own line. */
static bool is_listed(const char *const *options, const struct option_row *row, bool all)
{
	return is_helped(options, row, LISTED) || (all && is_helped(options, row, NAMED));
}

static void tell_options(FILE *to, const char *const *options, bool all)
{
	char left[64];
	int width = 0, most = all ? HELP_WIDTH_ALL : HELP_WIDTH;

	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (is_listed(options, &option_rows[i], all)) {
			int n = (int)strlen(help_left(&option_rows[i], left));

			width = n > width && n <= most ? n : width;
		}
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (is_listed(options, &option_rows[i], all))
			fprintf(to, "  %-*s  %s\n", width, help_left(&option_rows[i], left),
				option_rows[i].help);
}

static void name_options(FILE *to, const char *const *options)
{
	size_t column = (size_t)fprintf(to, "Also, as in domUloader(8):");
	const char *between = "";

	for (size_t i = 0; i < OPTION_ROWS; i++) {
		size_t n = strlen(option_rows[i].name) + strlen(" --");

		if (!is_helped(options, &option_rows[i], NAMED))
			continue;
		fputs(between, to);
		if (column + n + strlen(",,") > HELP_LINE) {
			fputs("\n ", to);
			column = 1;
		}
		column += n + strlen(between);
		fprintf(to, " --%s", option_rows[i].name);
		between = ",";
	}
	putc('\n', to);
}

void options_help(FILE *to, const char *const *options, bool all)
{
	tell_options(to, options, all);
	if (!all)
		name_options(to, options);
}

/* The values of options that accept one of a few words. */
static const char *values_of(const char *name)
{
	static const struct {
		const char *name, *values;
	} lists[] = {
		{"output-format", "sxp simple simple0 json"},
		{"mapper", "auto kpartx loop"},
		{"dirty", "replay stale fail"},
		{"reflink", "auto never"},
		{"format", "text json"},
	};

	for (size_t i = 0; i < COUNT(lists); i++)
		if (!strcmp(lists[i].name, name))
			return lists[i].values;
	return NULL;
}

void options_each(const char *const *options, options_each_fn each, void *arg)
{
	for (const struct option_row *row = option_rows; row < option_rows + OPTION_ROWS; row++) {
		const struct option_view view = {row->name, row->letter,
			row->kind == FLAG || option_takes_optional(row) ? NULL : row->argument,
			values_of(row->name), row->help};

		if (row->kind != LATER && option_is_taken(options, row))
			each(arg, &view);
	}
}

void options_list(FILE *to)
{
	static const char *const wheres[] = {
		[ANYWHERE] = "conf", [COMMAND_LINE] = "line", [COMMANDS] = "command"};

	for (size_t i = 0; i < OPTION_ROWS; i++)
		fprintf(to, "%s\t%s\t%s\t%s\n", option_rows[i].name, wheres[option_rows[i].where],
			option_rows[i].kind == LATER ? "later" : "now",
			option_rows[i].argument ? option_rows[i].argument : "");
}
