/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf - read domUloader.conf, with the setters of the command line */
#include "plan/conf.h"

#include <libeconf.h>

#include "base/quote.h"
#include "base/step.h"
#include "plan/options_set.h"

static int econf_to_errno(econf_err r)
{
	return r == ECONF_SUCCESS  ? 0
	       : r == ECONF_NOFILE ? -ENOENT
	       : r == ECONF_NOMEM  ? -ENOMEM
				   : -EINVAL;
}

static int conf_take_key(
	econf_file *file, const char *key, const char *name, struct options *o, struct err *e)
{
	char *value = NULL; /* never freed: options refer to it until the end */
	econf_err r = econf_getStringValue(file, NULL, key, &value);

	if (r != ECONF_SUCCESS || !value)
		return FAIL(e, -EINVAL, "conf.key", "%s in %s", QUOTE(key), name);
	if (options_set_key(key, value, o, e) != -ENOENT)
		return e->code;
	FAIL(e, -EINVAL, "conf.key", "%s in %s", QUOTE(key), name);
	return err_detail(e, "there is no such key; domUloader.conf.example shows them all");
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
	return err_detail(e, "there are no sections: take that line out");
}

static int take_keys(econf_file *file, const char *name, struct options *o, struct err *e)
{
	char **keys = NULL;
	size_t n = 0;
	int r = refuse_sections(file, name, e);

	if (r < 0)
		return r;
	if (econf_getKeys(file, NULL, &n, &keys) != ECONF_SUCCESS)
		return 0; /* an empty file */
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = conf_take_key(file, keys[i], name, o, e);
	econf_free(keys);
	return r;
}

/* libeconf 0.7 deprecates econf_readDirs() for a call that Debian 12's does not have. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static econf_err read_default(econf_file **ret)
{
	return econf_readDirs(ret, "/usr/etc/xen", "/etc/xen", "domUloader", "conf", "=", "#");
}
#pragma GCC diagnostic pop

int conf_read(const char *path, struct options *o, struct err *e)
{
	const char *name = path ? QUOTE(path) : CONF_DEFAULT;
	econf_file *file = NULL;
	econf_err result = path ? econf_readFile(&file, path, "=", "#") : read_default(&file);
	int r;

	if (!path && result == ECONF_NOFILE)
		return 0;
	r = STEP_OURS(e, "conf.read", name, econf_to_errno(result));
	if (r < 0)
		err_detail(e, "%s", econf_errString(result));
	else
		r = take_keys(file, name, o, e);
	econf_freeFile(file);
	return r;
}
