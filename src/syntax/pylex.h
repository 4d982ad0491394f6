/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pylex - the words of a list of strings in Python's spelling, read as data */
#ifndef DOMU_SYNTAX_PYLEX_H
#define DOMU_SYNTAX_PYLEX_H

#include <stdbool.h>
#include <stddef.h>

enum pylex_kind { PYLEX_END, PYLEX_OPEN, PYLEX_CLOSE, PYLEX_COMMA, PYLEX_STRING, PYLEX_NONE };

struct pylex {
	const char *text;
	size_t at;	   /* where the next word is looked for */
	bool has_comments; /* '#' begins one, up to the end of its line */

	/* The word that pylex_next() has read. */
	enum pylex_kind kind;
	size_t column; /* where it begins, in bytes from 1 */
	char *string;  /* PYLEX_STRING: its value, malloc'ed; may be taken (TAKE_PTR), else freed by
			  the next call and by pylex_done() */

	const char *wrong;   /* after -EINVAL: what, a phrase */
	size_t wrong_column; /* and where */
};

/*
 * Reads the next of [ ] , None and strings: '...' or "..." on one line, with u or r before them and
 * the escapes \\ \' \" \n \t \xHH \ooo in them. At the end it gives PYLEX_END again and again.
 * Returns 0, -EINVAL or -ENOMEM.
 */
int pylex_next(struct pylex *lex);

void pylex_done(struct pylex *lex);

#endif
