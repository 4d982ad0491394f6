/* SPDX-License-Identifier: GPL-2.0-or-later */
/* simple - the result as lines or NUL-terminated items, for xapi and libxl */
#include <string.h>

#include "answer/emitter.h"
#include "base/array.h"
#include "base/quote.h"
#include "base/step.h"

/*
 * libxl drops an item of 2*PATH_MAX bytes or more with only a warning, and the guest would start
 * without it.
 */
#define LIBXL_ITEM_MAX 8191

static int answer_simple_check(const char *key, const char *value, char end, struct err *e)
{
	if (end && strchr(value, end)) {
		FAIL(e, -EILSEQ, "emit.value", "%s %s", key, QUOTE(value));
		return err_detail(e,
			"it has a newline, which ends an item in this format; use simple0, sxp or json");
	}
	if (!end && strlen(key) + 1 + strlen(value) > LIBXL_ITEM_MAX) {
		FAIL(e, -EMSGSIZE, "emit.length", "%s %s", key, QUOTE(value));
		return err_detail(e, "it has %zu bytes; libxl drops an item of more than %d",
			strlen(value), LIBXL_ITEM_MAX);
	}
	return 0;
}

static int answer_simple_put_all(FILE *to, const struct result *r, char end, struct err *e)
{
	const char *const items[][2] = {{"kernel", r->kernel->path},
		{"ramdisk", r->initrd ? r->initrd->path : NULL}, {"args", r->args}};
	int ret = 0;

	for (size_t i = 0; ret >= 0 && i < COUNT(items); i++) {
		const char *key = items[i][0], *value = items[i][1];

		if (!value || !*value)
			continue;
		ret = answer_simple_check(key, value, end, e);
		if (ret >= 0)
			fprintf(to, "%s %s%c", key, value, end);
	}
	return ret;
}

static int render_lines(FILE *to, const struct result *r, struct err *e)
{
	return answer_simple_put_all(to, r, '\n', e);
}

static int render_nul(FILE *to, const struct result *r, struct err *e)
{
	return answer_simple_put_all(to, r, '\0', e);
}

const struct emitter answer_simple = {
	.name = "simple", .help = "an item a line, for xapi", .render = render_lines};
const struct emitter answer_simple0 = {
	.name = "simple0", .help = "items ended by NUL, for libxl", .render = render_nul};
