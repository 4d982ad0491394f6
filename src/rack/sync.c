/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sync - the command sync: keep a directory up to date with guests */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "publish/publish.h"
#include "publish/stage.h"
#include "rack/manifest.h"
#include "rack/rack.h"
#include "rack/task.h"

#define SCRATCH "domUloader-check"

/* The guest that is processed. */
struct one {
	const struct rack *k;
	const struct rack_guest *g;
	const struct options *o;
	struct pool_result *result;
	char here[PATH_MAX]; /* its directory, or the symlink to it */
};

static int sync_begin(struct one *one, struct err *e)
{
	int n = snprintf(one->here, sizeof(one->here), "%s/%s", one->k->store.path, one->g->name);

	return n < (int)sizeof(one->here)
		       ? 0
		       : FAIL(e, -ENAMETOOLONG, "store.stage", "%s", QUOTE(one->g->name));
}

static int sync_compare(const struct one *one, const char *answer, bool by_digest, struct err *e)
{
	return manifest_compare(one->here, answer, by_digest, one->o->modules, one->result->note,
		sizeof(one->result->note), e);
}

/* Compare without copying. Returns an enum manifest_match. */
static int sync_look(const struct one *one, bool *ret_lacks, struct err *e)
{
	own_free char *answer = NULL;
	struct taken m;
	int r = task_look(one->o, &answer, one->result, e);

	if (r >= 0)
		r = manifest_read(answer, &m, e);
	if (r < 0)
		return r;
	memcpy(one->result->version, m.version, sizeof(m.version));
	*ret_lacks = m.lacks_modules;
	return sync_compare(one, answer, false, e);
}

/* Copy into @dir and compare digests. Returns an enum manifest_match. */
static int copy(const struct one *one, const char *dir, struct err *e)
{
	own_free char *manifest = NULL;
	int r = task_files(one->o, dir, one->g->name, &manifest, one->result, e);

	return r < 0 ? r : sync_compare(one, manifest, true, e);
}

/* ---- sync ---- */

/*
 * If only the stamps changed, store the new manifest, so that the next run need not copy. No new
 * version is made.
 */
static int sync_publish(const struct one *one, const char *dir, int match, struct err *e)
{
	unsigned int keep = (unsigned int)one->k->given->keep;
	int r;

	if (match == MANIFEST_SAME) {
		r = manifest_renew(dir, one->here, e);
		return r < 0 ? r : store_unstage(&one->k->store, one->g->name, e);
	}
	return store_publish_version(&one->k->store, one->g->name, keep, e);
}

static int sync_renew(const struct one *one, struct err *e)
{
	char dir[PATH_MAX];
	int match = 0, r = store_stage(&one->k->store, one->g->name, dir, e);

	if (r >= 0)
		r = match = copy(one, dir, e);
	if (r >= 0)
		r = sync_publish(one, dir, match, e);
	if (r < 0)
		store_unstage(&one->k->store, one->g->name, NULL);
	return r < 0 ? r : match == MANIFEST_SAME ? GUEST_KEPT : GUEST_DONE;
}

static int sync_task(const struct rack *k, const struct rack_guest *g, const struct options *o,
	struct pool_result *result, struct err *e)
{
	struct one one = {.k = k, .g = g, .o = o, .result = result};
	bool lacks;
	int r = sync_begin(&one, e);

	if (r >= 0)
		r = k->given->checksum ? MANIFEST_DIFFERENT : sync_look(&one, &lacks, e);
	if (r == MANIFEST_SAME)
		return GUEST_KEPT;
	return r < 0 ? r : sync_renew(&one, e);
}

/* ---- check ---- */

/*
 * Create a scratch directory below @tmp; its path goes to @dir. Remove those that killed runs left.
 */
static int make_scratch(const char *tmp, struct scope *s, char dir[PATH_MAX], struct err *e)
{
	char place[PATH_MAX], tag[TAG_LENGTH + 1];
	struct stage *stage;
	int r = STEP_OURS(e, "task.make_scratch", QUOTE(tmp), tag_make(tag));

	if (r >= 0 && snprintf(place, sizeof(place), "%s/" SCRATCH, tmp) >= (int)sizeof(place))
		r = FAIL(e, -ENAMETOOLONG, "task.make_scratch", "%s", QUOTE(tmp));
	if (r < 0)
		return r;
	stage_clear(place);
	r = stage_begin(s, place, tag, &stage, e);
	if (r >= 0 && snprintf(dir, PATH_MAX, "%s/%s", tmp, stage->part) >= PATH_MAX)
		r = FAIL(e, -ENAMETOOLONG, "task.make_scratch", "%s", QUOTE(tmp));
	return r;
}

/*
 * If stamps differ, the data may still be equal: copy it to a scratch directory and compare
 * digests.
 */
static int compare_bytes(const struct one *one, struct err *e)
{
	own_free char *tmp = NULL;
	own_fd int tmp_fd = publish_open_dir(one->o->tmpdir, one->o->tmpdir_mode, &tmp, e);
	SCOPE(scratch);
	char dir[PATH_MAX];
	int r = tmp_fd;

	if (r >= 0)
		r = make_scratch(tmp, &scratch, dir, e);
	if (r >= 0)
		r = copy(one, dir, e);
	one->result->unclean += (uint32_t)scope_unwind(&scratch, e);
	return e->code < 0 ? e->code : r;
}

static int check_task(const struct rack *k, const struct rack_guest *g, const struct options *o,
	struct pool_result *result, struct err *e)
{
	struct one one = {.k = k, .g = g, .o = o, .result = result};
	bool lacks = false;
	int r = sync_begin(&one, e);

	if (r >= 0)
		r = sync_look(&one, &lacks, e);
	if (r == MANIFEST_DIFFERENT || (r == MANIFEST_SAME && k->given->checksum))
		r = compare_bytes(&one, e);
	if (r < 0)
		return r;
	if (r == MANIFEST_SAME && lacks)
		snprintf(result->note, sizeof(result->note),
			"the guest has no modules for its kernel");
	return r == MANIFEST_SAME && !lacks ? GUEST_IN_STEP : GUEST_OUT_OF_DATE;
}

int rack_sync(const struct options *given, struct err *e)
{
	return rack_all(given, !given->check, given->check ? check_task : sync_task, NULL, e);
}
