/* SPDX-License-Identifier: GPL-2.0-or-later */
/* from_xl - read guests from xl or xend configurations */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "rack/roster.h"
#include "syntax/xlcfg.h"

static bool is_hvm(const struct xlcfg *c)
{
	const char *type = c->type ? c->type : c->builder;

	return type && !strcmp(type, "hvm");
}

/* Like xl: cmdline wins over root and extra. */
static char *command_line(struct xlcfg *c)
{
	char *line = NULL;

	if (c->cmdline)
		return TAKE_PTR(c->cmdline);
	if (!c->root)
		return TAKE_PTR(c->extra);
	if (asprintf(&line, "root=%s%s%s", c->root, c->extra ? " " : "", c->extra ? c->extra : "") <
		0)
		return NULL;
	return line;
}

/* Without a bootloader, kernel and ramdisk are files of the host. */
static void from_xl_take(struct rack_guest *g, struct xlcfg *c)
{
	g->disks = TAKE_PTR(c->disk);
	g->args = command_line(c);
	g->entry = TAKE_PTR(c->bootentry);
	if (!roster_bootloader(g, c->bootloader, c->n_arg, c->kernel))
		return;
	g->kernel = TAKE_PTR(c->kernel);
	g->ramdisk = TAKE_PTR(c->ramdisk);
	g->word = TAKE_PTR(c->arg);
	g->n_word = c->n_arg;
	c->n_arg = 0;
}

/* A file that assigns no disks is not a guest's, even if it has errors. */
static bool assigns_disk(const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *rest;

		line += strspn(line, " \t\r\n");
		if (strncmp(line, "disk", 4) != 0)
			continue;
		for (rest = line + 4; *rest == ' ' || *rest == '\t';)
			rest++;
		if (*rest == '=')
			return true;
	}
	return false;
}

static int from_xl_add(struct roster *r, const char *path, const char *text, struct err *e)
{
	char from[QUOTE_SIZE];
	struct xlcfg c = {0};
	struct rack_guest *g;
	struct err wrong = {0};

	if (xlcfg_parse(text, path, &c, &wrong) >= 0 && is_hvm(&c)) {
		log_verbose("%s: an HVM guest, which has no bootloader", QUOTE(path));
		r->hvm++;
		xlcfg_done(&c);
		return 0;
	}
	g = roster_add(r, quote_into(from, sizeof(from), path), e);
	if (g) {
		g->wrong = wrong;
		if (c.name)
			roster_name(g, c.name);
		else
			roster_name_after(g, path, ".cfg");
		from_xl_take(g, &c);
	}
	xlcfg_done(&c);
	return g ? 0 : -ENOMEM;
}

static int from_xl_consider(struct roster *r, const char *path, struct err *e)
{
	own_free char *text = NULL;
	struct err why = {0};

	if (roster_read(path, &text, &why) < 0) {
		log_warn("%s is skipped: %s", QUOTE(path), HINT_LINE(&why, ""));
		return 0;
	}
	if (!assigns_disk(text)) {
		log_verbose("%s has no disks: it is not a guest's configuration", QUOTE(path));
		return 0;
	}
	return from_xl_add(r, path, text, e);
}

int roster_from_xl(struct roster *r, const char *dir, struct err *e)
{
	return roster_each_file(r, dir, "", from_xl_consider, e);
}
