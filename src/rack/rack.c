/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rack - process many guests in one run: shared by batch and sync */
#include "rack/rack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "plan/plan_make.h"
#include "rack/pool.h"

/* ---- the guests ---- */

static int read_sources(const struct options *o, struct roster *r, struct err *e)
{
	int ret = 0;

	for (unsigned int i = 0; ret >= 0 && i < o->n_positional; i++)
		ret = roster_from_lines(r, o->positional[i], e);
	if (ret >= 0 && o->xl_dir)
		ret = roster_from_xl(r, o->xl_dir, e);
	if (ret >= 0 && o->libvirt_xml)
		ret = roster_from_libvirt(r, o->libvirt_xml, e);
	if (ret >= 0 && o->images)
		ret = roster_from_images(r, o->images, e);
	return ret;
}

static void name_source(char *to, size_t size, const char *option, const char *value)
{
	if (value)
		text_list(to, size, ", ", "%s%s", option, QUOTE(value));
}

/* An empty list is probably a mistake. */
static int check_found(const struct options *o, const struct roster *r, struct err *e)
{
	char sources[sizeof(e->subject)] = "";

	if (r->n || r->hvm)
		return 0;
	name_source(sources, sizeof(sources), "--xl-dir=", o->xl_dir);
	name_source(sources, sizeof(sources), "--libvirt-xml=", o->libvirt_xml);
	for (unsigned int i = 0; i < o->n_positional; i++)
		name_source(sources, sizeof(sources), "", o->positional[i]);
	FAIL(e, -ENOENT, "rack.none", "%s", sources);
	return err_detail(e,
		"a guest is a JSON line, an xl configuration with disks, a libvirt domain or an "
		"image");
}

static int check_options(const struct options *o, struct err *e)
{
	struct plan plan;

	if (!o->n_positional && !o->xl_dir && !o->libvirt_xml && !o->images) {
		FAIL(e, -EINVAL, "rack.sources", "no guests");
		return err_detail(e,
			"specify a file of JSON lines or '-', --xl-dir=, --libvirt-xml= or "
			"--images=");
	}
	if (!o->directory) {
		FAIL(e, -EINVAL, "rack.directory", "no directory");
		return err_detail(e, "specify -o DIR");
	}
	return plan_view(o, &plan, e);
}

static int rack_open(struct rack *k, bool lock, struct err *e)
{
	int r = check_options(k->given, e);

	if (r >= 0)
		r = read_sources(k->given, &k->roster, e);
	if (r >= 0)
		r = check_found(k->given, &k->roster, e);
	if (r >= 0)
		r = roster_check(&k->roster, e);
	if (r >= 0)
		r = store_open(k->given->directory, lock, &k->store, e);
	if (r >= 0)
		report_begin(&k->report, k->roster.n, !strcmp(k->given->format, "json"),
			k->given->quiet);
	return r;
}

/* ---- reporting ---- */

static void rack_tell(struct rack *k, struct out_guest *g)
{
	report_guest(&k->report, g, &k->failure);
}

static void tell_failure(struct rack *k, struct out_guest *g, const struct err *why)
{
	g->state = GUEST_FAILED;
	g->err = why;
	g->exit_code = hint_exit_code(why);
	rack_tell(k, g);
}

static struct out_guest rack_view(const struct rack_guest *g)
{
	return (struct out_guest){.name = g->name, .from = g->from};
}

static const struct rack_guest *guest_of(const struct rack *k, size_t i)
{
	return &k->roster.guest[k->todo[i]];
}

static void on_said(void *arg, size_t i, const char *line)
{
	struct rack *k = arg;
	const struct out_guest g = rack_view(guest_of(k, i));

	report_said(&k->report, &g, line);
}

static void on_ended(void *arg, size_t i, const struct pool_result *r)
{
	struct rack *k = arg;
	const struct rack_guest *guest = guest_of(k, i);
	struct out_guest g = rack_view(guest);
	char directory[PATH_MAX + 256];
	struct err why = {0};

	g.version = r->version;
	g.bytes = r->bytes;
	g.seconds = r->seconds;
	g.note = r->note;
	k->report.unclean += r->unclean;
	if (r->code < 0) {
		wire_err_to(&why, &r->err, "pool.killed");
		tell_failure(k, &g, &why);
		return;
	}
	snprintf(directory, sizeof(directory), "%s/%s", k->store.path, guest->name);
	g.directory = directory;
	g.state = (enum guest_state)r->code;
	rack_tell(k, &g);
}

static void on_tick(void *arg, const size_t *running, size_t n)
{
	struct rack *k = arg;
	const char *names[17] = {NULL};

	for (size_t i = 0; i < n && i < 16; i++)
		names[i] = guest_of(k, running[i])->name;
	report_bar(&k->report, names);
}

/* ---- the work ---- */

static void rack_run_task(void *arg, size_t i, struct pool_result *r)
{
	struct rack *k = arg;
	const struct rack_guest *g = guest_of(k, i);
	struct options o;
	struct err e = {0};

	r->code = rack_guest_options(k->given, g, &o, &e);
	if (r->code >= 0)
		r->code = k->task(k, g, &o, r, &e);
	if (r->code != GUEST_DONE)
		r->bytes = 0; /* copies that were discarded */
	if (r->code < 0)
		wire_err_from(&r->err, &e);
}

/* Report guests that have an error, or need nothing done, at once. */
static int sort_out(struct rack *k, rack_kept_fn kept)
{
	k->todo = calloc(k->roster.n + 1, sizeof(*k->todo));
	if (!k->todo)
		return -ENOMEM;
	for (size_t i = 0; i < k->roster.n; i++) {
		const struct rack_guest *guest = &k->roster.guest[i];
		struct out_guest g = rack_view(guest);

		if (guest->wrong.code < 0) {
			tell_failure(k, &g, &guest->wrong);
		} else if (kept && kept(k, guest)) {
			g.state = GUEST_KEPT;
			rack_tell(k, &g);
		} else {
			k->todo[k->n_todo++] = i;
		}
	}
	return 0;
}

static unsigned int jobs(const struct options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = o->jobs ? o->jobs : cores > 0 ? (uint64_t)cores : 1;

	return n > OPTIONS_JOBS_MAX ? OPTIONS_JOBS_MAX : (unsigned int)n;
}

static int rack_run(struct rack *k, rack_kept_fn kept, struct err *e)
{
	struct pool pool = {.at_once = jobs(k->given),
		.keep_fd = k->store.dir_fd,
		.arg = k,
		.task = rack_run_task,
		.said = on_said,
		.ended = on_ended,
		.tick = on_tick,
		.tick_ms = k->report.bar ? 200 : 0};
	int r = STEP_OURS(e, "rack.sort", "", sort_out(k, kept));

	pool.n = k->n_todo;
	if (r >= 0)
		r = pool_run(&pool, e);
	if (r >= 0 && k->failure.code < 0) {
		*e = k->failure;
		r = e->code;
	}
	return r;
}

int rack_all(
	const struct options *given, bool lock, rack_task_fn task, rack_kept_fn kept, struct err *e)
{
	struct rack k = {.given = given, .task = task, .store = {.dir_fd = -1}};
	int r = rack_open(&k, lock, e);

	if (r >= 0)
		r = rack_run(&k, kept, e);
	report_end(&k.report);
	store_close(&k.store);
	roster_done(&k.roster);
	free(k.todo);
	if (r < 0)
		return r;
	if (k.report.unclean)
		return EXIT_CLEANUP;
	return k.report.count[GUEST_FAILED] || k.report.count[GUEST_OUT_OF_DATE] ? EXIT_FAILED
										 : EXIT_DONE;
}
