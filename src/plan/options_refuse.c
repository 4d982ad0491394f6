/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_refuse - explain what is wrong with an option, a sentence for each mistake */
#include "plan/options_refuse.h"

#include <ctype.h>
#include <string.h>

#include "base/near.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"

#define LONG_ENOUGH 4 /* letters after one dash that are taken for a long option */

static int unknown(const char *word, struct err *e)
{
	return FAIL(e, -EINVAL, "options.unknown", "%s", QUOTE(word));
}

int options_refuse_missing(const char *word, const struct option_row *row, struct err *e)
{
	unknown(word, e);
	return err_detail(e, "a value is missing: --%s=%s", row->name, row->argument);
}

int options_refuse_value(const char *word, struct err *e)
{
	unknown(word, e);
	return err_detail(e, "it accepts no value");
}

/* @row is an option of other commands. */
static int refuse_here(const struct option_row *row, const char *const *options, struct err *e)
{
	if (options)
		return err_detail(e, "this command does not accept it");
	return err_detail(e, "only commands accept it: domUloader COMMAND --%s%s%s", row->name,
		row->argument ? "=" : "", row->argument ? row->argument : "");
}

/* Returns the accepted option most like @name, or NULL. */
static const char *near_option(const char *name, const char *const *options)
{
	struct near near = NEAR_NOTHING;

	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_is_taken(options, &option_rows[i]))
			near_consider(&near, name, option_rows[i].name);
	return near.word;
}

/* Returns the only option that begins with the letter, or NULL. */
static const char *begins_with(char letter, const char *const *options)
{
	const char *found = NULL;

	for (size_t i = 0; i < OPTION_ROWS; i++) {
		if (option_rows[i].name[0] != letter || !option_is_taken(options, &option_rows[i]))
			continue;
		if (found)
			return NULL;
		found = option_rows[i].name;
	}
	return found;
}

/* Swaps upper and lower case. */
static char other_case(char letter)
{
	int c = (unsigned char)letter;

	return (char)(islower(c) ? toupper(c) : tolower(c));
}

static const char *name_of(const char *word, char to[64])
{
	word += strspn(word, "-");
	snprintf(to, 64, "%.*s", (int)strcspn(word, "="), word);
	return to;
}

int options_refuse_letter(const char *word, char letter, const char *const *options, struct err *e)
{
	const struct option_row *row = option_by_letter(letter);
	const struct option_row *other = option_by_letter(other_case(letter));
	const char option[] = {'-', letter, '\0'}, *meant;
	char name[64];

	unknown(option, e);
	if (row)
		return refuse_here(row, options, e);
	meant = strlen(name_of(word, name)) >= LONG_ENOUGH ? near_option(name, options)
							   : begins_with(letter, options);
	if (meant)
		return err_detail(e, "unknown option %s; did you mean --%s?", QUOTE(option), meant);
	if (other && option_is_taken(options, other))
		return err_detail(
			e, "unknown option %s; did you mean -%c?", QUOTE(option), other->letter);
	return err_detail(e, "unknown option %s", QUOTE(option));
}

/* Lists the accepted options that begin with @name in to[size]. Returns their number. */
static unsigned int list_meant(const char *name, const char *const *options, char *to, size_t size)
{
	unsigned int n = 0;

	*to = '\0';
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		if (strncmp(option_rows[i].name, name, strlen(name)) != 0 ||
			!option_is_taken(options, &option_rows[i]))
			continue;
		text_list(to, size, ", ", "--%s", option_rows[i].name);
		n++;
	}
	return n;
}

int options_refuse_long(const char *word, const char *const *options, struct err *e)
{
	char name[64], list[256];
	const char *meant;

	unknown(word, e);
	if (list_meant(name_of(word, name), options, list, sizeof(list)) > 1)
		return err_detail(e, "it is ambiguous: %s", list);
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (!strcmp(option_rows[i].name, name))
			return refuse_here(&option_rows[i], options, e);
	meant = near_option(name, options);
	if (!meant)
		return err_detail(e, "unknown option");
	return err_detail(e, "unknown option; did you mean --%s?", meant);
}
