/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line - lines of text with columns and colours, wrapped at the window's width */
#ifndef DOMU_ANSWER_LINE_H
#define DOMU_ANSWER_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "answer/display.h"

#define LINE_COLUMNS_MAX 8

enum colour { PLAIN, BOLD, GREEN, YELLOW };

/*
 * A line, continued with more indentation at the window's edge. Print a table twice: first with
 * measure set, which prints nothing and only widens the columns to their cells.
 */
struct line {
	FILE *to;
	const struct display *view;
	bool measure;
	unsigned int width[LINE_COLUMNS_MAX];
	unsigned int indent, at;
	bool begun, wrapped;
};

/* Begin the next line, ending the previous one; end the last line. */
void line_begin(struct line *line, unsigned int indent);
void line_end(struct line *line);

/* Add a cell to the row; "" leaves it blank. */
__attribute__((format(printf, 4, 5))) void line_cell(
	struct line *line, unsigned int column, enum colour colour, const char *fmt, ...);

/* Add text after two blanks, at or after @column. It does not widen the column. */
__attribute__((format(printf, 4, 5))) void line_item(
	struct line *line, unsigned int column, enum colour colour, const char *fmt, ...);

/* Add a sentence, wrapped between words. */
void line_sentence(struct line *line, const char *text);

#endif
