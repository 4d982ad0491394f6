/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subvol - the mount option that selects a btrfs subvolume */
#include "syntax/subvol.h"

#include <stdio.h>
#include <string.h>

#include "base/quote.h"
#include "base/step.h"

#define BY_NAME	  "subvol="
#define BY_NUMBER "subvolid="

/*
 * Find the last value of @key, which ends after *@ret_len bytes, not with NUL; NULL if there is
 * none.
 */
static const char *last_value(const char *options, const char *key, size_t *ret_len)
{
	size_t len = strlen(key);
	const char *found = NULL;

	while (*options) {
		size_t n = strcspn(options, ",");

		if (n > len && !strncmp(options, key, len)) {
			found = options + len;
			*ret_len = n - len;
		}
		options += n + (options[n] == ',');
	}
	return found;
}

/* No character that ends the option or begins another. */
static bool subvol_is_plain(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f || value[i] == '"' ||
			value[i] == ',')
			return false;
	return len > 0;
}

static bool is_number(const char *value, size_t len)
{
	return len > 0 && strspn(value, "0123456789") >= len;
}

static bool subvol_put(const char *key, const char *value, size_t len, char *to, size_t size)
{
	*to = '\0';
	if (strlen(key) + len >= size)
		return false;
	snprintf(to, size, "%s%.*s", key, (int)len, value);
	return true;
}

bool subvol_of_name(const char *name, char *to, size_t size)
{
	size_t len = strlen(name);

	*to = '\0';
	return subvol_is_plain(name, len) && subvol_put(BY_NAME, name, len, to, size);
}

bool subvol_of_options(const char *options, char *to, size_t size)
{
	size_t len = 0;
	const char *value = last_value(options, BY_NAME, &len);

	*to = '\0';
	if (value)
		return subvol_is_plain(value, len) && subvol_put(BY_NAME, value, len, to, size);
	value = last_value(options, BY_NUMBER, &len);
	return !value || (is_number(value, len) && subvol_put(BY_NUMBER, value, len, to, size));
}

bool subvol_is_option(const char *text)
{
	size_t by_name = strlen(BY_NAME), by_number = strlen(BY_NUMBER);

	if (!strncmp(text, BY_NAME, by_name))
		return subvol_is_plain(text + by_name, strlen(text + by_name));
	if (!strncmp(text, BY_NUMBER, by_number))
		return is_number(text + by_number, strlen(text + by_number));
	return !*text;
}

static int fail_name(const char *text, struct err *e)
{
	FAIL(e, -EINVAL, "subvol.parse", "%s", QUOTE(text));
	err_detail(e,
		"in DEV[SUBVOLUME], its name holds no comma, quote or control character, and at most "
		"%zu bytes",
		SUBVOL_MAX - sizeof(BY_NAME));
	return -EINVAL;
}

int subvol_split(const char *text, char **ret_dev, char to[SUBVOL_MAX], struct err *e)
{
	size_t len = strlen(text);
	const char *open = len && text[len - 1] == ']' ? strchr(text, '[') : NULL;
	char name[SUBVOL_MAX];

	*to = '\0';
	if (open) {
		size_t name_len = len - (size_t)(open - text) - 2;

		if (name_len >= sizeof(name))
			return fail_name(text, e);
		memcpy(name, open + 1, name_len);
		name[name_len] = '\0';
		if (!subvol_of_name(name, to, SUBVOL_MAX))
			return fail_name(text, e);
	}
	*ret_dev = strndup(text, open ? (size_t)(open - text) : len);
	return *ret_dev ? 0 : err_set(e, -ENOMEM, "subvol.parse", "%s", QUOTE(text));
}
