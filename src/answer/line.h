/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line - lines for people: columns and colours, ended where the window ends */
#ifndef DOMU_ANSWER_LINE_H
#define DOMU_ANSWER_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "answer/display.h"

#define LINE_COLUMNS_MAX 8

enum colour { PLAIN, BOLD, GREEN, YELLOW };

/*
 * A line that goes on in the next one, farther in, where the window ends. Those of a table are made
 * twice: first with @measure, which writes nothing and makes the columns as wide as their cells.
 */
struct line {
	FILE *to;
	const struct display *view;
	bool measure;
	unsigned int width[LINE_COLUMNS_MAX];
	unsigned int indent, at;
	bool begun, wrapped;
};

/* The next line, which ends the one before it; and the end of the last one. */
void line_begin(struct line *line, unsigned int indent);
void line_end(struct line *line);

/* A cell of the table's row; an empty one is left blank. */
__attribute__((format(printf, 4, 5))) void line_cell(
	struct line *line, unsigned int column, enum colour colour, const char *fmt, ...);

/* Text two blanks behind what is there, and not before @column begins; no column gets wider. */
__attribute__((format(printf, 4, 5))) void line_item(
	struct line *line, unsigned int column, enum colour colour, const char *fmt, ...);

/* A sentence; its words may stand in several lines. */
void line_sentence(struct line *line, const char *text);

#endif
