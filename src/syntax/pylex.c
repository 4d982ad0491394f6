/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pylex - tokens of a list of strings in Python's syntax; nothing is evaluated */
#include "syntax/pylex.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int pylex_wrong_at(struct pylex *lex, size_t at, const char *what)
{
	lex->wrong = what;
	lex->wrong_column = at + 1;
	return -EINVAL;
}

/*
 * Parse exactly @digits hexadecimal digits, or up to @digits octal ones. Returns the length; 0 if
 * there is no such number.
 */
static size_t pylex_read_number(const char *c, unsigned int base, size_t digits, unsigned int *ret)
{
	size_t n = 0;

	for (*ret = 0; n < digits && isxdigit((unsigned char)c[n]); n++) {
		unsigned int d = isdigit((unsigned char)c[n])
					 ? (unsigned int)(c[n] - '0')
					 : (unsigned int)(tolower((unsigned char)c[n]) - 'a') + 10;

		if (d >= base)
			break;
		*ret = *ret * base + d;
	}
	return base == 16 && n < digits ? 0 : n;
}

/* Decode the escape at text[@at] and move lex->at after it. */
static int pylex_read_escape(struct pylex *lex, size_t at, char *ret)
{
	static const char names[] = "\\'\"nt", values[] = "\\'\"\n\t";
	const char *c = lex->text + at + 1;
	const char *simple = *c ? strchr(names, *c) : NULL;
	unsigned int number;
	size_t n;

	_Static_assert(sizeof(names) == sizeof(values), "each name has its value");
	if (simple) {
		*ret = values[simple - names];
		lex->at = at + 2;
		return 0;
	}
	n = *c == 'x' ? pylex_read_number(c + 1, 16, 2, &number)
		      : pylex_read_number(c, 8, 3, &number);
	if (n == 0)
		return pylex_wrong_at(
			lex, at, "an escape other than \\\\ \\' \\\" \\n \\t \\xHH \\ooo");
	if (number == 0 || number > 255)
		return pylex_wrong_at(lex, at, "an escape for a byte that no path can hold");
	*ret = (char)number;
	lex->at = at + 1 + (*c == 'x') + n;
	return 0;
}

/* Copy the string's content from lex->at on, and move lex->at after the closing quote. */
static int read_inside(struct pylex *lex, char quote, bool raw, char *to)
{
	int r;

	while (lex->text[lex->at] != quote) {
		char c = lex->text[lex->at];

		if (!c || c == '\n')
			return pylex_wrong_at(lex, lex->column - 1,
				"a string that does not end on its line, starting");
		if (c == '\\' && !raw) {
			r = pylex_read_escape(lex, lex->at, to++);
			if (r < 0)
				return r;
			continue;
		}
		*to++ = c;
		lex->at++;
		/* In a raw string a backslash is kept, with the character that it escapes. */
		if (c == '\\' && (lex->text[lex->at] == quote || lex->text[lex->at] == '\\'))
			*to++ = lex->text[lex->at++];
	}
	*to = '\0';
	lex->at++;
	return 0;
}

static int pylex_read_string(struct pylex *lex, size_t prefix)
{
	const char *start = lex->text + lex->at;
	bool raw = prefix && tolower((unsigned char)*start) == 'r';

	lex->kind = PYLEX_STRING;
	lex->at += prefix + 1;
	/* A value is never longer than its source. */
	lex->string = calloc(1, strlen(start) + 1);
	return lex->string ? read_inside(lex, start[prefix], raw, lex->string) : -ENOMEM;
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

static int pylex_read_word(struct pylex *lex)
{
	const char *c = lex->text + lex->at;

	if (is_quote(*c))
		return pylex_read_string(lex, 0);
	if (strchr("uUrR", *c) && is_quote(c[1]))
		return pylex_read_string(lex, 1);
	if (!strncmp(c, "None", 4) && !isalnum((unsigned char)c[4]) && c[4] != '_') {
		lex->kind = PYLEX_NONE;
		lex->at += 4;
		return 0;
	}
	return pylex_wrong_at(lex, lex->at, "neither a quoted string nor one of [ ] , None");
}

static void pass_blanks(struct pylex *lex)
{
	lex->at += strspn(lex->text + lex->at, " \t\r\n");
	while (lex->has_comments && lex->text[lex->at] == '#') {
		lex->at += strcspn(lex->text + lex->at, "\n");
		lex->at += strspn(lex->text + lex->at, " \t\r\n");
	}
}

int pylex_next(struct pylex *lex)
{
	static const char marks[] = "[],";
	static const enum pylex_kind kinds[] = {PYLEX_OPEN, PYLEX_CLOSE, PYLEX_COMMA};
	const char *mark;
	char c;

	_Static_assert(COUNT(kinds) == sizeof(marks) - 1, "each mark has its kind");
	pylex_done(lex);
	pass_blanks(lex);
	lex->column = lex->at + 1;
	c = lex->text[lex->at];
	if (!c) {
		lex->kind = PYLEX_END;
		return 0;
	}
	mark = strchr(marks, c);
	if (!mark)
		return pylex_read_word(lex);
	lex->kind = kinds[mark - marks];
	lex->at++;
	return 0;
}

void pylex_done(struct pylex *lex)
{
	free(lex->string);
	lex->string = NULL;
}
