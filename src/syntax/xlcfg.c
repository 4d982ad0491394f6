/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xlcfg - parse what booting needs from a guest's configuration for xl or xend; nothing is
 * evaluated
 */
#include "syntax/xlcfg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "syntax/pylex.h"

struct parse {
	const char *text, *file;
	size_t at;
	struct xlcfg c;
};

enum kind { STRING, WORDS, DISKS };

static const struct key {
	const char *name;
	enum kind kind;
	size_t offset; /* of the string in struct xlcfg */
} keys[] = {
#define C(member) STRING, offsetof(struct xlcfg, member)
	{"name", C(name)},
	{"type", C(type)},
	{"builder", C(builder)},
	{"bootloader", C(bootloader)},
	{"bootentry", C(bootentry)},
	{"kernel", C(kernel)},
	{"ramdisk", C(ramdisk)},
	{"root", C(root)},
	{"extra", C(extra)},
	{"cmdline", C(cmdline)},
#undef C
	{"disk", DISKS, offsetof(struct xlcfg, disk)},
	{"bootloader_args", WORDS, 0},
	{"bootargs", WORDS, 0},
};

static int xlcfg_bad_at(const struct parse *p, size_t at, const char *what, struct err *e)
{
	size_t line = 1, begin = 0;

	for (size_t i = 0; i < at && p->text[i]; i++)
		if (p->text[i] == '\n') {
			line++;
			begin = i + 1;
		}
	FAIL(e, -EINVAL, "xlcfg.parse", "%s", QUOTE(p->file));
	err_detail(e, "line %zu, column %zu: %s", line, at - begin + 1, what);
	return -EINVAL;
}

static int xlcfg_no_memory(const struct parse *p, struct err *e)
{
	return FAIL(e, -ENOMEM, "xlcfg.parse", "%s", QUOTE(p->file));
}

/* ---- skipping ---- */

static void pass_string(struct parse *p)
{
	char quote = p->text[p->at++];

	while (p->text[p->at] && p->text[p->at] != quote && p->text[p->at] != '\n')
		p->at += p->text[p->at] == '\\' && p->text[p->at + 1] ? 2 : 1;
	if (p->text[p->at] == quote)
		p->at++;
}

/* Skip a statement: to the end of its line; brackets may span several. */
static void pass_statement(struct parse *p)
{
	int depth = 0;

	while (p->text[p->at]) {
		char c = p->text[p->at];

		if ((c == '\n' || c == ';') && depth == 0)
			return;
		if (c == '\'' || c == '"') {
			pass_string(p);
			continue;
		}
		if (c == '#') {
			p->at += strcspn(p->text + p->at, "\n");
			continue;
		}
		if (strchr("([{", c))
			depth++;
		else if (strchr(")]}", c) && depth > 0)
			depth--;
		p->at++;
	}
}

/* Nothing may follow a value on its line. */
static int end_statement(struct parse *p, struct err *e)
{
	p->at += strspn(p->text + p->at, " \t\r");
	if (!p->text[p->at] || strchr("\n;#", p->text[p->at]))
		return 0;
	return xlcfg_bad_at(
		p, p->at, "unexpected text after the value; only plain strings are supported", e);
}

/* ---- values ---- */

static int xlcfg_next(struct parse *p, struct pylex *lex, struct err *e)
{
	int r = pylex_next(lex);

	if (r == -EINVAL)
		return xlcfg_bad_at(p, lex->wrong_column - 1, lex->wrong, e);
	return r < 0 ? xlcfg_no_memory(p, e) : 0;
}

static int wanted(struct parse *p, const struct pylex *lex, const char *what, struct err *e)
{
	return xlcfg_bad_at(p, lex->column - 1, what, e);
}

static int xlcfg_read_string(struct parse *p, struct pylex *lex, char **to, struct err *e)
{
	int r = xlcfg_next(p, lex, e);

	if (r < 0)
		return r;
	if (lex->kind != PYLEX_STRING && lex->kind != PYLEX_NONE)
		return wanted(p, lex, "expected a quoted string", e);
	free(*to);
	*to = TAKE_PTR(lex->string);
	return 0;
}

/* Copy the list's text, with everything between its tokens blanked, including comments. */
static int read_list_text(struct parse *p, struct pylex *lex, char **to, struct err *e)
{
	own_free char *copy = NULL;
	size_t from = p->at, end = p->at, depth = 0;
	int r;

	copy = strdup(p->text + from);
	if (!copy)
		return xlcfg_no_memory(p, e);
	do {
		r = xlcfg_next(p, lex, e);
		if (r < 0)
			return r;
		if (lex->kind == PYLEX_END)
			return wanted(p, lex, "the list has no end", e);
		memset(copy + (end - from), ' ', lex->column - 1 - end);
		end = lex->at;
		depth += lex->kind == PYLEX_OPEN;
		if (lex->kind == PYLEX_CLOSE && depth-- == 0)
			return wanted(p, lex, "a stray ']'", e);
	} while (depth > 0);
	copy[end - from] = '\0';
	free(*to);
	*to = TAKE_PTR(copy);
	return 0;
}

static void drop_args(struct xlcfg *c)
{
	for (size_t i = 0; i < c->n_arg; i++)
		free(c->arg[i]);
	free(c->arg);
	c->arg = NULL;
	c->n_arg = 0;
}

/* Add an argument. Takes ownership of @word, on failure, too. */
static int add_arg(struct parse *p, const struct pylex *lex, char *word, struct err *e)
{
	if (!p->c.arg)
		p->c.arg = calloc(XLCFG_ARGS_MAX, sizeof(*p->c.arg));
	if (word && p->c.arg && p->c.n_arg < XLCFG_ARGS_MAX) {
		p->c.arg[p->c.n_arg++] = word;
		return 0;
	}
	free(word);
	if (word && p->c.arg)
		return wanted(p, lex, "too many arguments", e);
	return xlcfg_no_memory(p, e);
}

static int add_args_of(struct parse *p, const struct pylex *lex, struct err *e)
{
	int r = 0;

	for (const char *c = lex->string; r == 0 && *c;) {
		size_t blank = strspn(c, " \t\n"), len = strcspn(c + blank, " \t\n");

		if (len)
			r = add_arg(p, lex, strndup(c + blank, len), e);
		c += blank + len;
	}
	return r;
}

static int read_args_list(struct parse *p, struct pylex *lex, struct err *e)
{
	int r = xlcfg_next(p, lex, e);

	while (r == 0 && lex->kind != PYLEX_CLOSE) {
		if (lex->kind != PYLEX_STRING)
			return wanted(p, lex, "expected a quoted string or the end of the list", e);
		r = add_arg(p, lex, TAKE_PTR(lex->string), e);
		if (r == 0)
			r = xlcfg_next(p, lex, e);
		if (r == 0 && lex->kind == PYLEX_COMMA)
			r = xlcfg_next(p, lex, e);
		else if (r == 0 && lex->kind != PYLEX_CLOSE)
			return wanted(p, lex, "expected ',' or the end of the list", e);
	}
	return r;
}

static int read_args(struct parse *p, struct pylex *lex, struct err *e)
{
	int r = xlcfg_next(p, lex, e);

	if (r < 0)
		return r;
	drop_args(&p->c);
	if (lex->kind == PYLEX_OPEN)
		return read_args_list(p, lex, e);
	if (lex->kind == PYLEX_STRING)
		return add_args_of(p, lex, e);
	return lex->kind == PYLEX_NONE ? 0 : wanted(p, lex, "expected a string or a list", e);
}

static int read_value(struct parse *p, const struct key *key, struct err *e)
{
	struct pylex lex = {.text = p->text, .at = p->at, .has_comments = true};
	char **member = (char **)((char *)&p->c + key->offset);
	int r;

	if (key->kind == STRING)
		r = xlcfg_read_string(p, &lex, member, e);
	else if (key->kind == DISKS)
		r = read_list_text(p, &lex, member, e);
	else
		r = read_args(p, &lex, e);
	p->at = lex.at;
	pylex_done(&lex);
	return r < 0 ? r : end_statement(p, e);
}

/* ---- assignments ---- */

static const struct key *key_of(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (text_is(name, len, keys[i].name))
			return &keys[i];
	return NULL;
}

static size_t name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return n;
}

static int read_statement(struct parse *p, struct err *e)
{
	const char *name = p->text + p->at;
	size_t len = name_length(name);
	const struct key *key = key_of(name, len);

	p->at += len + strspn(name + len, " \t");
	if (key && p->text[p->at] && strchr("+.[", p->text[p->at]))
		return xlcfg_bad_at(p, p->at, "only KEY = VALUE is supported", e);
	if (!key || p->text[p->at] != '=') {
		pass_statement(p);
		return 0;
	}
	p->at++;
	p->at += strspn(p->text + p->at, " \t");
	return read_value(p, key, e);
}

int xlcfg_parse(const char *text, const char *file, struct xlcfg *ret, struct err *e)
{
	struct parse p = {.text = text, .file = file};
	int r = 0;

	while (r == 0) {
		p.at += strspn(text + p.at, " \t\r\n;");
		if (!text[p.at])
			break;
		r = read_statement(&p, e);
	}
	if (r < 0) {
		xlcfg_done(&p.c);
		return r;
	}
	*ret = p.c;
	return 0;
}

void xlcfg_done(struct xlcfg *c)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].kind != WORDS)
			free(*(char **)((char *)c + keys[i].offset));
	drop_args(c);
	*c = (struct xlcfg){0};
}
