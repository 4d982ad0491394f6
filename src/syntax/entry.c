/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entry - parse [DEV:]KERNEL[,INITRD]... */
#include "syntax/entry.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "base/step.h"
#include "syntax/entry_meant.h"

#define EXPECTED "expected [DEV:]KERNEL[,INITRD]..., as in hda2:/boot/vmlinuz,/boot/initrd"

/* An expression, since @e may be NULL. */
#define BAD(e, text, ...)                                                                          \
	(FAIL((e), -EINVAL, "entry.parse", "%s", QUOTE(text)), err_detail((e), __VA_ARGS__),       \
		-EINVAL)

static const char *dev_end(const char *text)
{
	const char *end = NULL;

	for (const char *c = strstr(text, ":/"); c; c = strstr(c + 1, ":/"))
		end = c;
	return end ? end : strrchr(text, ':');
}

static int check_bytes(const char *text, struct err *e)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return BAD(e, text, "a control character at column %td; " EXPECTED,
				c - text + 1);
	return 0;
}

/* A blank before a path is one after the comma or colon by mistake. */
static int check_blanks(const char *text, const char *paths, struct err *e)
{
	if (*paths == ' ' || strstr(paths, ", "))
		return BAD(e, text, "a space before the path; " EXPECTED);
	return 0;
}

/* "hda2:/k,hda2:/i", "hda2:/k:/i"; @first and @last are its ":/". */
static int refuse_second_colon(const char *text, const char *first, const char *last, struct err *e)
{
	char meant[QUOTE_SIZE];
	const char *word = memrchr(first, ',', (size_t)(last - first));
	size_t len = (size_t)(first - text);

	if (!word || memchr(word, '/', (size_t)(last - word)))
		return BAD(e, text, "use ',' between kernel and initrd; " EXPECTED);
	if (strncmp(word + 1, text, len + 1) != 0)
		return BAD(e, text,
			"kernel and initrds must be on one device; omit DEV: to follow the guest's fstab");
	return BAD(e, text, "the device is specified twice; did you mean %s?",
		QUOTE(entry_meant(text, len, meant, sizeof(meant))));
}

static int refuse_word(const char *text, struct err *e)
{
	char meant[QUOTE_SIZE];
	size_t len = entry_meant_device(text);

	entry_meant(text, len, meant, sizeof(meant));
	if (len)
		return BAD(e, text, "missing ':' after %.*s; did you mean %s?", (int)len, text,
			QUOTE(meant));
	if (*meant)
		return BAD(
			e, text, "neither DEV: nor a leading '/'; did you mean %s?", QUOTE(meant));
	return BAD(e, text, "neither DEV: nor a leading '/'; " EXPECTED);
}

static int check_start(const char *text, const char *colon, struct err *e)
{
	const char *first = strstr(text, ":/");

	if (!*text)
		return BAD(e, text, "it is empty; " EXPECTED);
	if (colon == text)
		return BAD(e, text, "no device before the ':'; " EXPECTED);
	if (first && first < colon && !memchr(text, '[', (size_t)(first - text)))
		return refuse_second_colon(text, first, colon, e);
	return colon || *text == '/' ? 0 : refuse_word(text, e);
}

/* Counts the '/' that entry_absolute() adds. */
static bool too_long(const char *path, size_t len)
{
	return len + (*path != '/') >= PATH_MAX;
}

/* Check the initrds, each after its ','; a single empty one means none. */
static int check_initrds(const char *text, const char *comma, bool has_dev, struct err *e)
{
	bool none = comma && !comma[1];

	for (unsigned int n = 0; comma && !none; n++, comma = strchr(comma + 1, ',')) {
		const char *path = comma + 1;
		size_t len = strcspn(path, ",");

		if (n == ENTRY_INITRDS_MAX)
			return BAD(e, text, "more than %d initrds", ENTRY_INITRDS_MAX);
		if (len == 0)
			return BAD(e, text, "an initrd without a name: a path cannot have a comma");
		if (*path != '/' && !has_dev)
			return BAD(e, text, "the initrd's path must begin with '/'; " EXPECTED);
		if (too_long(path, len))
			return BAD(e, text, "a path of %d bytes or more", PATH_MAX);
	}
	return 0;
}

static int check_paths(const char *text, const char *paths, bool has_dev, struct err *e)
{
	size_t kernel_len = strcspn(paths, ",");
	int r;

	if (kernel_len == 0)
		return BAD(e, text, "no kernel; " EXPECTED);
	if (too_long(paths, kernel_len))
		return BAD(e, text, "a path of %d bytes or more", PATH_MAX);
	r = check_blanks(text, paths, e);
	return r < 0 ? r : check_initrds(text, strchr(paths, ','), has_dev, e);
}

static char *entry_absolute(const char *path, size_t len)
{
	char *to;

	return asprintf(&to, "%s%.*s", *path == '/' ? "" : "/", (int)len, path) < 0 ? NULL : to;
}

static int copy_initrds(const char *comma, struct entry *to)
{
	for (; comma && comma[1]; comma = strchr(comma + 1, ',')) {
		char **path = &to->initrd[to->n_initrds];

		*path = entry_absolute(comma + 1, strcspn(comma + 1, ","));
		if (!*path)
			return -ENOMEM;
		to->n_initrds++;
	}
	return 0;
}

static int copy_parts(const char *text, const char *colon, struct entry *to)
{
	const char *paths = colon ? colon + 1 : text;

	to->kernel = entry_absolute(paths, strcspn(paths, ","));
	if (!to->kernel)
		return -ENOMEM;
	if (colon && !(to->dev = strndup(text, (size_t)(colon - text))))
		return -ENOMEM;
	return copy_initrds(strchr(paths, ','), to);
}

int entry_parse(const char *text, struct entry *ret, struct err *e)
{
	const char *colon = dev_end(text);
	struct entry entry = {0};
	int r = check_bytes(text, e);

	if (r == 0)
		r = check_start(text, colon, e);
	if (r == 0)
		r = check_paths(text, colon ? colon + 1 : text, colon, e);
	if (r < 0)
		return r;
	if (copy_parts(text, colon, &entry) < 0) {
		entry_done(&entry);
		return FAIL(e, -ENOMEM, "entry.parse", "%s", QUOTE(text));
	}
	*ret = entry;
	return 0;
}

void entry_done(struct entry *entry)
{
	free(entry->dev);
	free(entry->kernel);
	for (unsigned int i = 0; i < entry->n_initrds; i++)
		free(entry->initrd[i]);
	*entry = (struct entry){0};
}
