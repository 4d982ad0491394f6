/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line - lines of text with columns and colours, wrapped at the window's width */
#include "answer/line.h"

#include <stdarg.h>
#include <string.h>
#include <sys/param.h>

#define WIDTH_MIN 20 /* narrower windows are treated as this wide */
#define GAP	  2  /* between columns */
#define TEXT_MAX  2112

void line_begin(struct line *line, unsigned int indent)
{
	line->indent = indent;
	line->at = indent;
	line->wrapped = false;
	if (line->measure)
		return;
	fprintf(line->to, "%s%*s", line->begun ? "\n" : "", (int)indent, "");
	line->begun = true;
}

void line_end(struct line *line)
{
	if (line->begun)
		fputc('\n', line->to);
	line->begun = false;
}

/* Makes room for @len characters, after @gap blanks. */
static void line_make_room(struct line *line, unsigned int gap, unsigned int len)
{
	unsigned int width = line->view->width;
	bool first = line->at == line->indent;

	if (width >= WIDTH_MIN && !first && line->at + gap + len > width) {
		line->at = line->indent + 4;
		line->wrapped = true;
		fprintf(line->to, "\n%*s", (int)line->at, "");
	} else {
		line->at += gap;
		fprintf(line->to, "%*s", (int)gap, "");
	}
	line->at += len;
}

static void line_put(struct line *line, unsigned int gap, enum colour colour, const char *text)
{
	static const char *const codes[] = {
		[BOLD] = "\033[1m", [GREEN] = "\033[32m", [YELLOW] = "\033[33m"};
	bool coloured = line->view->colour && colour != PLAIN;

	line_make_room(line, gap, (unsigned int)strlen(text));
	fprintf(line->to, "%s%s%s", coloured ? codes[colour] : "", text, coloured ? "\033[0m" : "");
}

/* Fills with blanks up to the column. */
static unsigned int line_gap_to(const struct line *line, unsigned int column)
{
	unsigned int start = 0;

	for (unsigned int i = 0; i < column && !line->wrapped; i++)
		start += line->width[i] + GAP;
	return MAX(start, line->at + (line->at == line->indent ? 0 : GAP)) - line->at;
}

/* @is_cell: the column becomes as wide as the text. */
__attribute__((format(printf, 5, 0))) static void line_add(struct line *line, unsigned int column,
	bool is_cell, enum colour colour, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];
	unsigned int len;

	vsnprintf(text, sizeof(text), fmt, ap);
	len = (unsigned int)strlen(text) + (column ? 0 : line->indent);
	if (line->measure && is_cell)
		line->width[column] = MAX(line->width[column], len);
	if (!line->measure && len)
		line_put(line, line_gap_to(line, column), colour, text);
}

void line_cell(struct line *line, unsigned int column, enum colour colour, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_add(line, column, true, colour, fmt, ap);
	va_end(ap);
}

void line_item(struct line *line, unsigned int column, enum colour colour, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_add(line, column, false, colour, fmt, ap);
	va_end(ap);
}

void line_sentence(struct line *line, const char *text)
{
	if (line->measure)
		return;
	fputs(line->view->colour ? "\033[31m" : "", line->to);
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		line_make_room(line, line->at == line->indent ? 0 : 1, (unsigned int)len);
		fwrite(text, 1, len, line->to);
		text += len;
	}
	fputs(line->view->colour ? "\033[0m" : "", line->to);
}
