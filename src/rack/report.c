/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - report each guest's result and the progress, and list the failures at the end */
#include "rack/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "rack/pool.h"
#include "rack/roster.h"

#define BAR_WIDTH 20

void report_begin(struct report *r, size_t n, bool json, bool quiet)
{
	*r = (struct report){.n = n, .json = json, .bar = !quiet && isatty(STDERR_FILENO)};
	r->brief = quiet || (r->bar && isatty(STDOUT_FILENO));
	clock_gettime(CLOCK_MONOTONIC, &r->begin);
}

/* ---- the bar ---- */

static void clear_bar(const struct report *r)
{
	if (r->bar)
		fputs("\r\033[K", stderr);
}

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Add names as long as they fit: a line that wraps cannot be erased. */
static void add_names(char *line, size_t width, const char *const *names)
{
	size_t len = strlen(line);

	for (; *names; names++) {
		struct out_guest g = {.name = *names};
		char name[QUOTE_SIZE];

		answer_guest_name(&g, name, sizeof(name));
		if (len + strlen(name) + 2 > width)
			return;
		len += (size_t)sprintf(line + len, " %s", name);
	}
}

void report_bar(struct report *r, const char *const *names)
{
	char line[512], bar[BAR_WIDTH + 1];
	double seconds = pool_seconds_since(&r->begin), rate = (double)r->ended / (seconds + 1e-9);
	size_t width = terminal_width(), full = r->n ? r->ended * BAR_WIDTH / r->n : 0;

	if (!r->bar)
		return;
	for (size_t i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < full ? '=' : ' ';
	bar[BAR_WIDTH] = '\0';
	if (width > 256)
		width = 256;
	snprintf(line, sizeof(line), "[%s] %zu/%zu", bar, r->ended, r->n);
	if (r->count[GUEST_FAILED])
		sprintf(line + strlen(line), ", %zu failed", r->count[GUEST_FAILED]);
	if (r->ended)
		sprintf(line + strlen(line), ", %.1f/s, %.0f s left", rate,
			(double)(r->n - r->ended) / rate);
	add_names(line, width, names);
	fprintf(stderr, "\r\033[K%.*s", (int)width - 1, line);
	fflush(stderr);
}

/* ---- lines ---- */

/* Counted only after it was recorded: the table has as many rows. */
static int keep_why(struct report *r, const struct out_guest *g)
{
	char name[QUOTE_SIZE * 2], why[1024];
	size_t n_names = r->count[GUEST_FAILED];
	int ret;

	answer_guest_why(why, sizeof(why), g);
	ret = roster_append(&r->name, &n_names, answer_guest_name(g, name, sizeof(name)));
	return ret < 0 ? ret : roster_append(&r->why, &r->count[GUEST_FAILED], why);
}

void report_guest(struct report *r, const struct out_guest *g, struct err *e)
{
	int ret = 0;

	r->ended++;
	if (g->state != GUEST_FAILED)
		r->count[g->state]++;
	clear_bar(r);
	if (r->json)
		ret = answer_guest_json(stdout, g, e);
	else if (!r->brief || g->state == GUEST_OUT_OF_DATE)
		answer_guest_line(stdout, g);
	fflush(stdout);
	if (ret >= 0 && g->state == GUEST_FAILED)
		STEP_OURS(e, "report.keep", "", keep_why(r, g));
}

void report_said(struct report *r, const struct out_guest *g, const char *line)
{
	char name[QUOTE_SIZE * 2];

	clear_bar(r);
	log_always("%s: %s", answer_guest_name(g, name, sizeof(name)), line);
}

static void tell_failed(const struct report *r)
{
	size_t n = r->count[GUEST_FAILED];

	if (n)
		log_always("%zu of %zu guests failed:", n, r->n);
	for (size_t i = 0; i < n; i++)
		log_always("  %-20s %s", r->name[i], r->why[i]);
	if (r->ended < r->n)
		log_always("%zu of %zu guests were not processed", r->n - r->ended, r->n);
}

static void tell_sum(const struct report *r)
{
	char sum[1024];

	answer_guests_sum(sum, sizeof(sum), r->count, r->name);
	log_always("%s", sum);
}

void report_end(struct report *r)
{
	clear_bar(r);
	tell_failed(r);
	if (r->bar && (r->ended || !r->n))
		tell_sum(r);
	for (size_t i = 0; i < r->count[GUEST_FAILED]; i++) {
		free(r->name[i]);
		free(r->why[i]);
	}
	free(r->name);
	free(r->why);
	r->name = r->why = NULL;
}
