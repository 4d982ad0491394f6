/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest - invalid results, and keys that a guest's MANIFEST.json omits */
#include "rack/manifest.h"

#include <errno.h>
#include <stdlib.h>

#include "tap.h"

static const char answer[] = "{\"kernel\": {\"path\": \"/srv/k\"}, \"dry_run\": false}";

static void test_read(void)
{
	struct taken taken;
	struct err e = {0};

	tap_ok(manifest_read(answer, &taken, &e) == 0, "a result is read");
	tap_is(taken.kernel, "/srv/k", "its kernel's path");
	tap_ok(manifest_read("{\"ramdisk\": {\"path\": \"/srv/r\"}}", &taken, &e) == -EBADMSG,
		"a result without a kernel is refused");
}

static void test_make(void)
{
	char *text = NULL;

	tap_ok(manifest_make(answer, "web1", &text, NULL) == 0, "a manifest is made");
	tap_ok(text && !strstr(text, "dry_run"), "the manifest has no dry_run");
	free(text);
}

int main(void)
{
	test_read();
	test_make();
	return tap_done();
}
