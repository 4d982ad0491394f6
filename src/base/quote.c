/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - text from elsewhere, made fit for a terminal, a log and a message */
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

const char *quote_into(char *to, size_t size, const char *text)
{
	static const char cut[] = "'...";
	size_t at = 0;

	if (!text) {
		snprintf(to, size, "(none)");
		return to;
	}
	to[at++] = '\'';
	for (; *text; text++) {
		char one[5];
		size_t n = quote_char(one, (unsigned char)*text);

		if (at + n + sizeof(cut) > size) {
			memcpy(to + at, cut, sizeof(cut));
			return to;
		}
		memcpy(to + at, one, n);
		at += n;
	}
	memcpy(to + at, "'", 2);
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
	for (; *text; text++) {
		char one[5];
		size_t n = quote_char(one, (unsigned char)*text);

		if (at + n + sizeof("'") > size) {
			*to = '\0';
			return false;
		}
		memcpy(to + at, one, n);
		at += n;
	}
	memcpy(to + at, plain ? "" : "'", plain ? 1 : 2);
	return true;
}

void quote_flatten(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
