/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err - one detail behind another */
#include "base/err.h"

#include "tap.h"

int main(void)
{
	struct err e = {0};

	err_more(&e, "one");
	tap_is(e.detail, "one", "nothing stands before the first detail");
	err_more(&e, "%s", "two");
	tap_is(e.detail, "one; two", "two are separated");
	return tap_done();
}
