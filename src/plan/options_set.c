/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_set - store an option's value in struct options */
#include "plan/options_set.h"

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

/* What is wanted of a number. */
static const char *number_wanted(const struct option_row *row)
{
	if (row->kind == SIZE)
		return "expected a number of bytes above 0, with K, M, G or T";
	if (row->offset == offsetof(struct options, timeout))
		return "expected a number of seconds without a unit, such as 5";
	if (row->offset == offsetof(struct options, runas))
		return "expected a user ID, as id -u prints it";
	return row->offset == offsetof(struct options, jobs)
		       ? "expected a number from 1 to " TEXT_OF(OPTIONS_JOBS_MAX)
		       : "expected a number";
}

static bool number_fits(const struct option_row *row, const char *value, uint64_t *ret)
{
	bool is_jobs = row->offset == offsetof(struct options, jobs);

	if (row->kind == SIZE)
		return num_parse_size(value, ret) == 0 && *ret > 0;
	return num_parse(value, is_jobs ? OPTIONS_JOBS_MAX : INT32_MAX, ret) == 0 &&
	       (!is_jobs || *ret > 0);
}

static int set_number(
	const struct option_row *row, const char *value, struct options *o, struct err *e)
{
	uint64_t n;

	if (!number_fits(row, value, &n))
		return options_set_refuse(row, value, number_wanted(row), e);
	if (row->offset == offsetof(struct options, runas) && n == 0)
		return options_set_refuse(row, value, "the reader must not be root", e);
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

/* It is of the main job or of a command, whichever reads it. */
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
	case COUNT:
		return set_number(row, value, o, e);
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

/* What has no default has no value, either, when there is nothing behind the '='. */
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
