/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disklist - parse a guest's list of disks in xend's syntax */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "syntax/diskspec.h"
#include "syntax/pylex.h"

#define EXPECTED "expected a list as in ['phy:/dev/vg/lv,hda,w', ['file:/a', 'hdb', 'w', None]]"

#define PARTS_MAX 5 /* uname, device, mode, backend, protocol */

static int disklist_bad_at(const struct pylex *lex, size_t column, const char *what, struct err *e)
{
	FAIL(e, -EINVAL, "disklist.parse", "%s", QUOTE(lex->text));
	err_detail(e, "%s at column %zu; " EXPECTED, what, column);
	if (!strpbrk(lex->text, "'\"[]"))
		err_more(e, "for one disk, use --disk=%s", QUOTE(lex->text));
	else if (!strpbrk(lex->text, "'\""))
		err_more(e, "quote each disk, and put the whole list in double quotes for a shell");
	return -EINVAL;
}

static int disklist_next(struct pylex *lex, struct err *e)
{
	int r = pylex_next(lex);

	if (r == -EINVAL)
		return disklist_bad_at(lex, lex->wrong_column, lex->wrong, e);
	return r < 0 ? FAIL(e, r, "disklist.parse", "%s", QUOTE(lex->text)) : 0;
}

static int unexpected(const struct pylex *lex, struct err *e)
{
	static const char *const names[] = {[PYLEX_END] = "unexpected end of the text",
		[PYLEX_OPEN] = "a stray '['",
		[PYLEX_CLOSE] = "a stray ']'",
		[PYLEX_COMMA] = "a stray ','",
		[PYLEX_STRING] = "a string without ',' before it",
		[PYLEX_NONE] = "None instead of a disk"};

	_Static_assert(COUNT(names) == PYLEX_NONE + 1, "each kind has its name");
	return disklist_bad_at(lex, lex->column, names[lex->kind], e);
}

/* Add the disk; an empty drive is freed. */
static int add_drive(struct disklist *list, struct diskspec *spec, struct err *e)
{
	int r = spec->path ? disklist_add(list, spec, e) : 0;

	diskspec_done(spec);
	return r;
}

static int disklist_add_text(struct disklist *list, const char *text, struct err *e)
{
	struct diskspec spec = {0};
	int r = diskspec_parse_drive(text, &spec, e);

	return r < 0 ? r : add_drive(list, &spec, e);
}

/* Read from after a '[' to its ']'. The caller frees the parts, on failure, too. */
static int disklist_read_parts(struct pylex *lex, char *part[PARTS_MAX], size_t *n, struct err *e)
{
	for (;;) {
		int r = disklist_next(lex, e);

		if (r < 0)
			return r;
		if (lex->kind == PYLEX_CLOSE && *n)
			return 0;
		if (lex->kind != PYLEX_STRING && lex->kind != PYLEX_NONE)
			return unexpected(lex, e);
		if (*n == PARTS_MAX)
			return disklist_bad_at(lex, lex->column, "too many parts of a disk", e);
		part[(*n)++] = TAKE_PTR(lex->string);
		r = disklist_next(lex, e);
		if (r < 0)
			return r;
		if (lex->kind == PYLEX_CLOSE)
			return 0;
		if (lex->kind != PYLEX_COMMA)
			return unexpected(lex, e);
	}
}

static int add_parts(struct pylex *lex, struct disklist *list, struct err *e)
{
	char *part[PARTS_MAX] = {NULL};
	struct diskspec spec = {0};
	size_t n = 0;
	int r = disklist_read_parts(lex, part, &n, e);

	if (r == 0)
		r = diskspec_from_parts((const char *const *)part, n, &spec, e);
	if (r == 0)
		r = add_drive(list, &spec, e);
	for (size_t i = 0; i < n; i++)
		free(part[i]);
	return r;
}

/* Read disks up to @end, separated by commas; one after the last is permitted. */
static int read_disks(struct pylex *lex, enum pylex_kind end, struct disklist *list, struct err *e)
{
	int r = 0;

	while (lex->kind != end) {
		if (lex->kind == PYLEX_STRING)
			r = disklist_add_text(list, lex->string, e);
		else if (lex->kind == PYLEX_OPEN && end == PYLEX_CLOSE)
			r = add_parts(lex, list, e);
		else
			return unexpected(lex, e);
		if (r == 0)
			r = disklist_next(lex, e);
		if (r == 0 && lex->kind == PYLEX_COMMA)
			r = disklist_next(lex, e);
		else if (r == 0 && lex->kind != end)
			return unexpected(lex, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_list(struct pylex *lex, struct disklist *list, struct err *e)
{
	int r = disklist_next(lex, e);

	if (r < 0)
		return r;
	if (lex->kind != PYLEX_OPEN)
		return read_disks(lex, PYLEX_END, list, e);
	r = disklist_next(lex, e);
	if (r == 0)
		r = read_disks(lex, PYLEX_CLOSE, list, e);
	if (r == 0)
		r = disklist_next(lex, e);
	if (r < 0)
		return r;
	if (lex->kind != PYLEX_END)
		return disklist_bad_at(
			lex, lex->column, "unexpected text after the end of the list", e);
	return 0;
}

int disklist_parse(const char *text, struct disklist *ret, struct err *e)
{
	struct pylex lex = {.text = text};
	struct disklist list = {0};
	int r = read_list(&lex, &list, e);

	pylex_done(&lex);
	if (r < 0) {
		disklist_done(&list);
		return r;
	}
	*ret = list;
	return 0;
}

int disklist_add(struct disklist *list, struct diskspec *spec, struct err *e)
{
	if (list->n == DISKLIST_MAX) {
		FAIL(e, -E2BIG, "disklist.add", "%s", QUOTE(spec->path));
		err_detail(e, "a guest has at most %d disks here", DISKLIST_MAX);
		return -E2BIG;
	}
	if (array_append(list->disk, list->n, spec) < 0)
		return FAIL(e, -ENOMEM, "disklist.add", "%s", QUOTE(spec->path));
	*spec = (struct diskspec){0};
	return 0;
}

void disklist_done(struct disklist *list)
{
	for (size_t i = 0; i < list->n; i++)
		diskspec_done(&list->disk[i]);
	free(list->disk);
	*list = (struct disklist){0};
}
