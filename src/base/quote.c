/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - escape foreign text for terminals, logs and messages */
#include "base/quote.h"

#include <stdio.h>
#include <string.h>

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

bool quote_shell(char *to, size_t size, const char *text)
{
	bool plain = is_shell_word(text);
	size_t at = plain ? 0 : 2;

	if (size < 4)
		return false;
	memcpy(to, "$'", 2);
	at = quote_chars(to, at, size, sizeof("'"), &text);
	if (*text) {
		*to = '\0';
		return false;
	}
	strcpy(to + at, plain ? "" : "'");
	return true;
}

void quote_flatten(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
