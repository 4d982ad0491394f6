/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pylex - tokens of a list of strings in Python's syntax; nothing is evaluated */
#ifndef DOMU_SYNTAX_PYLEX_H
#define DOMU_SYNTAX_PYLEX_H

#include <stdbool.h>
#include <stddef.h>

enum pylex_kind { PYLEX_END, PYLEX_OPEN, PYLEX_CLOSE, PYLEX_COMMA, PYLEX_STRING, PYLEX_NONE };

struct pylex {
	const char *text;
	size_t at;	   /* where the next token is searched for */
	bool has_comments; /* '#' starts a comment */

	/* The token that pylex_next() has read. */
	enum pylex_kind kind;
	size_t column; /* its start, in bytes from 1 */
	char *string;  /* PYLEX_STRING: its value, malloc'ed; freed by the next call and by
			  pylex_done(), unless moved by TAKE_PTR */

	const char *wrong;   /* after -EINVAL: a phrase */
	size_t wrong_column; /* and its place */
};

/*
 * Read the next token: [ ] , None, or a string '...' or "..." on one line. A string may have a
 * prefix u or r and the escapes \\ \' \" \n \t \xHH \ooo. At the end of the text, each call returns
 * PYLEX_END.
 * Returns: 0, -EINVAL or -ENOMEM
 */
int pylex_next(struct pylex *lex);

/* Free the current string. */
void pylex_done(struct pylex *lex);

#endif
