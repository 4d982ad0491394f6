/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_set - store an option's value in struct options */
#include "plan/options_set.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/num.h"
#include "base/quote.h"
#include "base/step.h"

static void *member(struct options *o, const struct option_row *row)
{
	return (char *)o + row->offset;
}

static int options_set_refuse(
	const struct option_row *row, const char *value, const char *why, struct err *e)
{
	FAIL(e, -EINVAL, "options.value", "--%s=%s", row->name, QUOTE(value));
	return err_detail(e, "%s", why);
}

static int set_number(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	uint64_t n;
	int r = row->kind == SIZE ? num_parse_size(value, &n) : num_parse(value, INT32_MAX, &n);

	if (r < 0)
		return options_set_refuse(row, value,
			row->kind == SIZE ? "a number of bytes is wanted, with K, M, G or T"
					  : "a number is wanted",
			e);
	if (row->offset == offsetof(struct options, runas) && n == 0)
		return options_set_refuse(
			row, value, "the reader must not be root: that is what it is for", e);
	*(uint64_t *)member(o, row) = n;
	return 0;
}

static int set_disk(const char *value, struct options *o, struct err *e)
{
	if (o->n_disk == OPTIONS_DISKS_MAX) {
		FAIL(e, -E2BIG, "options.count", "--disk=%s", QUOTE(value));
		return err_detail(e, "%d disks at most", OPTIONS_DISKS_MAX);
	}
	o->disk[o->n_disk++] = value;
	return 0;
}

/* @dirs: separated by colons. */
static bool are_absolute(const char *dirs)
{
	while (*dirs == '/') {
		dirs += strcspn(dirs, ":");
		if (!*dirs++)
			return true;
	}
	return false;
}

static int set_backing(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (!*value)
		return 0;
	if (!are_absolute(value))
		return options_set_refuse(
			row, value, "a directory is wanted, from the root on: /DIR", e);
	if (o->n_allow_backing == OPTIONS_BACKING_MAX)
		return options_set_refuse(row, value, "that is one directory too many", e);
	o->allow_backing[o->n_allow_backing++] = value;
	return 0;
}

static int set_file(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (*value != '/')
		return options_set_refuse(
			row, value, "a path in the guest is wanted: it begins with '/'", e);
	if (o->n_files == OPTIONS_FILES_MAX) {
		FAIL(e, -E2BIG, "options.count", "--file=%s", QUOTE(value));
		return err_detail(e, "%d files at most", OPTIONS_FILES_MAX);
	}
	o->file[o->n_files++] = value;
	return 0;
}

int option_set(const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	switch (row->kind) {
	case TEXT:
		*(const char **)member(o, row) = value;
		return 0;
	case FLAG:
		*(bool *)member(o, row) = true;
		return 0;
	case SIZE:
	case COUNT:
		return set_number(row, value, o, e);
	case DISK:
		return set_disk(value, o, e);
	case BACKING:
		return set_backing(row, value, o, e);
	case FILES:
		return set_file(row, value, o, e);
	case LATER:
		break;
	}
	return FAIL(e, -EINVAL, "options.later", "--%s", row->name);
}

static int flag_value(const char *value)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "off", "on"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcasecmp(value, words[i]))
			return i % 2;
	return -EINVAL;
}

int options_set_key(const char *key, const char *value, struct options *o, struct err *e)
{
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];

		if (strcmp(row->name, key) != 0 || row->where != ANYWHERE)
			continue;
		if (row->kind != FLAG)
			return option_set(row, value, o, e);
		if (flag_value(value) < 0)
			return options_set_refuse(row, value, "yes or no is wanted", e);
		*(bool *)member(o, row) = flag_value(value) > 0;
		return 0;
	}
	return -ENOENT;
}
