/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sxp - the result as linux (kernel K)(ramdisk R)(args 'A'), for xend's sxp.py */
#include <ctype.h>
#include <string.h>

#include "answer/emitter.h"

/*
 * An unquoted atom ends at a blank, a separator, a quote or a comment; its first byte must be
 * printable.
 */
static bool is_atom(const char *text)
{
	static const char special[] = "{}()<>[]!;#'\"\\";

	if (!*text)
		return false;
	for (; *text; text++)
		if (!isgraph((unsigned char)*text) || strchr(special, *text))
			return false;
	return true;
}

/*
 * In quotes, xend's reader decodes \\, \', and \xHH with exactly two digits; it drops any other
 * backslash with the following character. Bytes above 0x7f are passed unchanged.
 */
static void answer_sxp_put_quoted(FILE *to, const char *text)
{
	putc('\'', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\\' || c == '\'')
			fprintf(to, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			putc(c, to);
	}
	putc('\'', to);
}

static void put_path(FILE *to, const char *key, const char *path)
{
	fprintf(to, "(%s ", key);
	if (is_atom(path))
		fputs(path, to);
	else
		answer_sxp_put_quoted(to, path);
	putc(')', to);
}

static int answer_sxp_render(FILE *to, const struct result *r, struct err *e)
{
	(void)e; /* this format can represent everything */
	fputs("linux ", to);
	put_path(to, "kernel", r->kernel->path);
	if (r->initrd)
		put_path(to, "ramdisk", r->initrd->path);
	if (r->args && *r->args) {
		fputs("(args ", to);
		answer_sxp_put_quoted(to, r->args);
		putc(')', to);
	}
	return 0;
}

const struct emitter answer_sxp = {
	.name = "sxp", .help = "xend's s-expression", .render = answer_sxp_render};
