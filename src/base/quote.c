/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - escape foreign text for terminals, logs and messages */
#include "base/quote.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static size_t quote_char(char to[5], unsigned char c)
{
	if (c == '\'' || c == '\\')
		return (size_t)snprintf(to, 5, "\\%c", c);
	if (c >= ' ' && c < 0x7f)
		return (size_t)snprintf(to, 5, "%c", c);
	return (size_t)snprintf(to, 5, "\\x%02x", c);
}

/*
 * Copy what fits of *@text to to[@at], leaving @room bytes, and advance *@text. Returns the new
 * end.
 */
static size_t quote_chars(char *to, size_t at, size_t size, size_t room, const char **text)
{
	for (; **text; (*text)++) {
		char one[5];
		size_t n = quote_char(one, (unsigned char)**text);

		if (at + n + room > size)
			break;
		memcpy(to + at, one, n);
		at += n;
	}
	return at;
}

const char *quote_into(char *to, size_t size, const char *text)
{
	static const char cut[] = "'...";
	size_t at;

	if (!text) {
		snprintf(to, size, "(none)");
		return to;
	}
	to[0] = '\'';
	at = quote_chars(to, 1, size, sizeof(cut), &text);
	strcpy(to + at, *text ? cut : "'");
	return to;
}

static bool is_shell_word(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/.,:+-_=@%";

	return *text && !text[strspn(text, plain)];
}

/* sh and xl read the first three alike; only sh reads the last, which can have any byte. */
enum quoting { PLAIN, SINGLE, DOUBLE, PRINTF };

static enum quoting quote_choose(const char *text)
{
	if (is_shell_word(text))
		return PLAIN;
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			return PRINTF;
	if (!strpbrk(text, "'\\"))
		return SINGLE;
	return strpbrk(text, "$`!") ? PRINTF : DOUBLE;
}

static void quote_shell_char(char *to, size_t size, enum quoting how, unsigned char c)
{
	if (how == PRINTF && (c < ' ' || c > '~' || strchr("'\\", c)))
		text_add(to, size, "\\%03o", c);
	else
		text_add(to, size, "%s%c",
			how == PRINTF && c == '%'	     ? "%"
			: how == DOUBLE && strchr("\"\\", c) ? "\\"
							     : "",
			c);
}

bool quote_shell(char *to, size_t size, const char *text)
{
	static const char *const begin[] = {"", "'", "\"", "\"$(printf -- '"};
	static const char *const end[] = {"", "'", "\"", "')\""};
	enum quoting how = quote_choose(text);

	*to = '\0';
	text_add(to, size, "%s", begin[how]);
	for (; *text; text++)
		quote_shell_char(to, size, how, (unsigned char)*text);
	text_add(to, size, "%s", end[how]);
	if (strlen(to) + 1 < size)
		return true;
	*to = '\0'; /* it may have been truncated */
	return false;
}

void quote_flatten(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
