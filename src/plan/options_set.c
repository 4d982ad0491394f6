/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_set - store an option's value in struct options */
#include "plan/options_set.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/near.h"
#include "base/num.h"
#include "base/quote.h"
#include "base/step.h"

#define TEXT_OF(number)	 TEXT_OF_(number)
#define TEXT_OF_(number) #number

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

/* The options of kind COUNT. */
static const struct number {
	const char *name;
	uint64_t min, max;
	const char *wanted;
} numbers[] = {
	{"runas", 1, INT32_MAX, "expected the user ID of a user other than root, such as 65534"},
	{"timeout", 0, INT32_MAX, "expected a number of seconds without a unit, such as 5"},
	{"jobs", 1, OPTIONS_JOBS_MAX, "expected a number from 1 to " TEXT_OF(OPTIONS_JOBS_MAX)},
	{"keep", 1, OPTIONS_KEEP_MAX, "expected a number from 1 to " TEXT_OF(OPTIONS_KEEP_MAX)},
};

static int set_count(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	const struct number *number = numbers;
	uint64_t n;

	for (; strcmp(number->name, row->name) != 0; number++)
		assert(number + 1 < numbers + COUNT(numbers));
	if (num_parse(value, number->max, &n) < 0 || n < number->min)
		return options_set_refuse(row, value, number->wanted, e);
	*(uint64_t *)member(o, row) = n;
	return 0;
}

static int set_size(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	uint64_t n;

	if (num_parse_size(value, &n) < 0 || n == 0)
		return options_set_refuse(
			row, value, "expected a number of bytes above 0, with K, M, G or T", e);
	*(uint64_t *)member(o, row) = n;
	return 0;
}

static int set_directory(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (!*value)
		return options_set_refuse(row, value, "expected a directory", e);
	*(const char **)member(o, row) = value;
	return 0;
}

/* The main job reads output_format, a command reads format. */
static int set_json(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (value && strcmp(value, row->argument) != 0)
		return options_set_refuse(row, value, "expected --json or --json=pretty", e);
	o->format = o->output_format = "json";
	return 0;
}

static int set_help(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (value && strcmp(value, row->argument) != 0)
		return options_set_refuse(row, value, "expected --help or --help=all", e);
	o->help = true;
	o->help_all = value;
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
		return options_set_refuse(row, value, "expected an absolute directory: /DIR", e);
	if (o->n_allow_backing == OPTIONS_BACKING_MAX)
		return options_set_refuse(row, value, "too many directories", e);
	o->allow_backing[o->n_allow_backing++] = value;
	return 0;
}

static int set_file(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	if (*value != '/')
		return options_set_refuse(
			row, value, "expected a path in the guest, beginning with '/'", e);
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
	case DIRECTORY:
		return set_directory(row, value, o, e);
	case FLAG:
		*(bool *)member(o, row) = true;
		return 0;
	case SIZE:
		return set_size(row, value, o, e);
	case COUNT:
		return set_count(row, value, o, e);
	case DISK:
		return set_disk(value, o, e);
	case BACKING:
		return set_backing(row, value, o, e);
	case FILES:
		return set_file(row, value, o, e);
	case JSON:
		return set_json(row, value, o, e);
	case HELP:
		return set_help(row, value, o, e);
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

/* An empty value is accepted for a key without a default. */
static bool stays_none(const struct option_row *row, const char *value, struct options *o)
{
	return !*value && (row->kind == TEXT || row->kind == DIRECTORY) &&
	       !*(const char **)member(o, row);
}

int options_set_key(const char *key, const char *value, struct options *o, struct err *e)
{
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];

		if (strcmp(row->name, key) != 0 || row->where != ANYWHERE)
			continue;
		if (stays_none(row, value, o))
			return 0;
		if (row->kind != FLAG)
			return option_set(row, value, o, e);
		if (flag_value(value) < 0)
			return options_set_refuse(row, value, "expected yes or no", e);
		*(bool *)member(o, row) = flag_value(value) > 0;
		return 0;
	}
	return -ENOENT;
}

const char *options_near_key(const char *key)
{
	struct near near = NEAR_NOTHING;

	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].where == ANYWHERE)
			near_consider(&near, key, option_rows[i].name);
	return near.word;
}
