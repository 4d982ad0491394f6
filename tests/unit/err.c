/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - details that are appended to an error */
#include "base/err.h"

#include "tap.h"

int main(void)
{
	struct err e = {0};

	err_more(&e, "one");
	tap_is(e.detail, "one", "the first detail has no separator");
	err_more(&e, "%s", "two");
	tap_is(e.detail, "one; two", "two details are separated by \"; \"");
	return tap_done();
}
