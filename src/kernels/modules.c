/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules - find the modules of a kernel in the guest */
#include "kernels/modules.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "guest/bootname.h"
#include "source/source.h"

void modules_release(const char *guest_version, char ret[RELEASE_SIZE])
{
	size_t len = strcspn(guest_version, " ");

	ret[0] = '\0';
	if (len >= RELEASE_SIZE || !isdigit((unsigned char)guest_version[0]))
		return;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)guest_version[i]) && !strchr("._+~-", guest_version[i]))
			return;
	memcpy(ret, guest_version, len);
	ret[len] = '\0';
}

void modules_release_of(const char *guest_version, const char *guest_path, char ret[RELEASE_SIZE])
{
	modules_release(guest_version, ret);
	if (!ret[0])
		bootname_release(strrchr(guest_path, '/') + 1, ret, RELEASE_SIZE);
}

int modules_find(struct guest *g, const char *release, char *ret_path, struct err *e)
{
	char path[sizeof(MODULES_DIR "/") + RELEASE_SIZE];

	snprintf(path, sizeof(path), MODULES_DIR "/%s", release);
	return g->source->list(g, path, SOURCE_FOLLOW, NULL, ret_path, e);
}

/* The directory is missing, as opposed to a device in the fstab. */
static bool is_not_there(const struct err *e)
{
	return (e->code == -ENOENT || e->code == -ENOTDIR) && !strncmp(e->step, "openin.", 7);
}

static int modules_look_for(struct guest *g, const char *release, struct err *e)
{
	char canonical[PATH_MAX];
	int r = 0;

	if (g->plan->entry.dev)
		r = g->source->list(g, MODULES_DIR, SOURCE_FOLLOW, NULL, canonical, e);
	if (r < 0) /* not a root filesystem: nothing is known */
		return is_not_there(e) ? -EXDEV : r;
	return modules_find(g, release, canonical, e);
}

int modules_look(struct guest *g, const char *guest_version, enum modules *ret, struct err *e)
{
	char release[RELEASE_SIZE];
	struct err why = {0};
	int r;

	*ret = MODULES_UNKNOWN;
	modules_release(guest_version, release);
	if (!release[0])
		return 0;
	r = STEP_OURS(NULL, "modules.look", QUOTE(release), modules_look_for(g, release, &why));
	if (r == -EINTR) {
		*e = why;
		return r;
	}
	if (r >= 0 || (r != -EXDEV && is_not_there(&why)))
		*ret = r >= 0 ? MODULES_THERE : MODULES_MISSING;
	else if (r != -EXDEV)
		log_verbose("cannot tell whether there are modules of %s: %s", QUOTE(release),
			strerror(-r));
	return 0;
}
