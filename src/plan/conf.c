/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf - read domUloader.conf, with the setters of the command line */
#include "plan/conf.h"

#include <inttypes.h>
#include <libeconf.h>
#include <libeconf_ext.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "plan/options_set.h"
#include "plan/plan_make.h"

static int econf_to_errno(econf_err r)
{
	return r == ECONF_SUCCESS  ? 0
	       : r == ECONF_NOFILE ? -ENOENT
	       : r == ECONF_NOMEM  ? -ENOMEM
				   : -EINVAL;
}

/* Returns the line of a key, or of the end of its value; 0 if unknown. */
static uint64_t line_of(econf_file *file, const char *key)
{
	econf_ext_value *found = NULL;
	uint64_t line = 0;

	if (econf_getExtValue(file, NULL, key, &found) == ECONF_SUCCESS) {
		line = found->line_number;
		econf_freeExtValue(found);
	}
	return line;
}

static int refuse_key(const char *key, const char *name, uint64_t line, struct err *e)
{
	const char *near = options_near_key(key);

	FAIL(e, -EINVAL, "conf.key", "%s in %s line %" PRIu64, QUOTE(key), name, line);
	return err_detail(e, "unknown key; %s%s%s", near ? "did you mean " : "",
		near ? near : "domUloader.conf.example lists all keys", near ? "?" : "");
}

/* Checks the value like the plan does, since only here its file and line are known. */
static int conf_take_key(
	econf_file *file, const char *key, const char *name, struct options *o, struct err *e)
{
	uint64_t line = line_of(file, key);
	char *value = NULL; /* never freed: options refer to it until the end */
	struct err why = {0};
	int r;

	if (econf_getStringValue(file, NULL, key, &value) != ECONF_SUCCESS || !value) {
		FAIL(e, -EINVAL, "conf.key", "%s in %s line %" PRIu64, QUOTE(key), name, line);
		return err_detail(e, "a line is KEY = VALUE");
	}
	r = options_set_key(key, value, o, &why);
	if (r == -ENOENT)
		return refuse_key(key, name, line, e);
	if (r >= 0)
		r = plan_check(o, &why);
	if (r >= 0)
		return 0;
	FAIL(e, -EINVAL, "conf.value", "%s line %" PRIu64 ": %s = %s", name, line, key,
		QUOTE(value));
	return err_detail(e, "%s", why.detail);
}

/* libeconf would ignore a key in a section, and its author would not notice. */
static int refuse_sections(econf_file *file, const char *name, struct err *e)
{
	char **sections = NULL;
	size_t n = 0;

	if (econf_getGroups(file, &n, &sections) != ECONF_SUCCESS || n == 0)
		return 0;
	FAIL(e, -EINVAL, "conf.section", "section %s in %s", QUOTE(sections[0]), name);
	econf_free(sections);
	return err_detail(e, "sections are not supported: remove this line");
}

/* If a key is in several files, the last one wins. */
static bool comes_later(econf_file *const *file, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (line_of(file[i], key) > 0)
			return true;
	return false;
}

/* Takes the keys of the first of @n files that no later file has. */
static int take_keys(econf_file *const *file, size_t n, struct options *o, struct err *e)
{
	own_free char *path = econf_getPath(file[0]);
	const char *name = QUOTE(path);
	char **keys = NULL;
	size_t n_keys = 0;
	int r = refuse_sections(file[0], name, e);

	if (r < 0)
		return r;
	if (econf_getKeys(file[0], NULL, &n_keys, &keys) != ECONF_SUCCESS)
		return 0; /* an empty file */
	for (size_t i = 0; r >= 0 && i < n_keys; i++)
		if (!comes_later(file + 1, n - 1, keys[i]))
			r = conf_take_key(file[0], keys[i], name, o, e);
	econf_free(keys);
	return r;
}

/* libeconf 0.7 deprecates these calls; libeconf 0.5 of Debian 12 has no others. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static econf_err read_default(econf_file ***ret, size_t *ret_n)
{
	econf_err r = econf_readDirsHistory(
		ret, ret_n, "/usr/etc/xen", "/etc/xen", "domUloader", "conf", "=", "#");

	if (r != ECONF_SUCCESS)
		*ret = NULL; /* libeconf 0.5 frees it but leaves the pointer */
	return r;
}
#pragma GCC diagnostic pop

static econf_err read_named(const char *path, econf_file ***ret, size_t *ret_n)
{
	*ret = calloc(1, sizeof(**ret));
	*ret_n = 1;
	return *ret ? econf_readFile(*ret, path, "=", "#") : ECONF_NOMEM;
}

/* Adds the file and line at which libeconf stopped. */
static const char *wrong_place(const char *name, econf_err why, char *to, size_t size)
{
	own_free char *path = NULL;
	uint64_t line = 0;

	if (why != ECONF_NOFILE)
		econf_errLocation(&path, &line);
	if (!path || line == 0)
		return name;
	snprintf(to, size, "%s line %" PRIu64, QUOTE(path), line);
	return to;
}

static void free_files(econf_file **file, size_t n)
{
	for (size_t i = 0; file && i < n; i++)
		econf_freeFile(file[i]);
	free(file);
}

int conf_read(const char *path, struct options *o, struct err *e)
{
	const char *name = path ? QUOTE(path) : CONF_DEFAULT;
	char place[QUOTE_SIZE + 32];
	econf_file **file = NULL;
	size_t n = 0;
	econf_err result = path ? read_named(path, &file, &n) : read_default(&file, &n);
	int r;

	if (!path && result == ECONF_NOFILE)
		return 0;
	r = STEP_OURS(e, "conf.read", wrong_place(name, result, place, sizeof(place)),
		econf_to_errno(result));
	if (r < 0)
		err_detail(e, "%s", econf_errString(result));
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = take_keys(file + i, n - i, o, e);
	free_files(file, result == ECONF_SUCCESS ? n : 0);
	return r;
}
