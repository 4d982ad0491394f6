/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - print what is on a guest's disks: as a tree or a JSON object */
#include "answer/list.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/quote.h"

#define WIDTH_MIN 20 /* narrower terminals are ignored */

/* A line, continued on an indented one at the terminal's width. */
struct line {
	FILE *to;
	const struct display *view;
	unsigned int indent, at;
	bool begun;
};

enum colour { PLAIN, BOLD, GREEN, YELLOW };

/* Start a line, ending the previous one. */
static void answer_list_begin(struct line *line, unsigned int indent)
{
	fprintf(line->to, "%s%*s", line->begun ? "\n" : "", (int)indent, "");
	line->begun = true;
	line->indent = indent;
	line->at = indent;
}

/* Make room for @len characters after @gap blanks. */
static void answer_list_make_room(struct line *line, unsigned int gap, unsigned int len)
{
	unsigned int width = line->view->width;
	bool first = line->at == line->indent;

	if (width >= WIDTH_MIN && !first && line->at + gap + len > width) {
		line->at = line->indent + 4;
		fprintf(line->to, "\n%*s", (int)line->at, "");
	} else if (!first) {
		line->at += gap;
		fprintf(line->to, "%*s", (int)gap, "");
	}
	line->at += len;
}

__attribute__((format(printf, 3, 4))) static void item(
	struct line *line, enum colour colour, const char *fmt, ...)
{
	static const char *const codes[] = {
		[BOLD] = "\033[1m", [GREEN] = "\033[32m", [YELLOW] = "\033[33m"};
	bool coloured = line->view->colour && colour != PLAIN;
	char text[4 * LIST_PATH_MAX + 64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	answer_list_make_room(line, 2, (unsigned int)strlen(text));
	fprintf(line->to, "%s%s%s", coloured ? codes[colour] : "", text, coloured ? "\033[0m" : "");
}

/* Print text that may wrap between words. */
static void sentence(struct line *line, const char *text)
{
	fputs(line->view->colour ? "\033[31m" : "", line->to);
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		answer_list_make_room(line, 1, (unsigned int)len);
		fwrite(text, 1, len, line->to);
		text += len;
	}
	fputs(line->view->colour ? "\033[0m" : "", line->to);
}

/* Quote text for a shell if needed; the buffer lives as long as the enclosing block. */
#define SHOWN(guest_text) shown((char[4 *LIST_PATH_MAX + 8]){0}, guest_text)

static const char *shown(char to[4 * LIST_PATH_MAX + 8], const char *guest_text)
{
	return quote_shell(to, 4 * LIST_PATH_MAX + 8, guest_text) ? to : "...";
}

/* "512 MiB", "1.5 GiB" */
static void item_size(struct line *line, uint64_t bytes)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned int unit = 0;
	uint64_t tenths = 0;

	for (; bytes >= 1024; bytes /= 1024, unit++)
		tenths = bytes % 1024 * 10 / 1024;
	if (unit > 0 && bytes < 10 && tenths)
		item(line, PLAIN, "%" PRIu64 ".%" PRIu64 " %s", bytes, tenths, units[unit]);
	else
		item(line, PLAIN, "%" PRIu64 " %s", bytes, units[unit]);
}

/* ---- disks ---- */

static void print_disk(struct line *line, const struct list_disk *d)
{
	answer_list_begin(line, 0);
	item(line, BOLD, "%s", d->vdev);
	item(line, PLAIN, "%s", SHOWN(d->path));
	item_size(line, d->size);
	item(line, PLAIN, "%s", d->table[0] ? d->table : "no table");
	if (d->sector_size != 512)
		item(line, PLAIN, "sectors of %u", d->sector_size);
	if (d->in_use)
		item(line, YELLOW, "in use");
}

static void print_state(struct line *line, const struct list_volume *v)
{
	bool clean = v->journal && !strcmp(v->journal, "clean");

	if (v->journal)
		item(line, clean ? GREEN : YELLOW, "%s", clean ? "clean" : "dirty");
}

static void print_mounts(struct line *line, const struct list_volume *v)
{
	for (unsigned int i = 0; i < v->n_mounts; i++) {
		const struct list_mount *m = &v->mount[i];

		if (m->guest_subvol[0])
			item(line, BOLD, "%s (%s)", SHOWN(m->guest_target), SHOWN(m->guest_subvol));
		else
			item(line, BOLD, "%s", SHOWN(m->guest_target));
	}
}

static void print_volume(struct line *line, const struct list_volume *v)
{
	answer_list_begin(line, 2);
	item(line, PLAIN, "%s", v->name);
	item(line, PLAIN, "%s", v->type[0] ? v->type : "-");
	item_size(line, v->size);
	print_state(line, v);
	print_mounts(line, v);
	if (v->guest_label[0])
		item(line, PLAIN, "LABEL=%s", SHOWN(v->guest_label));
	if (v->guest_uuid[0])
		item(line, PLAIN, "UUID=%s", SHOWN(v->guest_uuid));
	if (v->problem[0]) {
		answer_list_begin(line, 6);
		sentence(line, v->problem);
	}
}

static void print_disks(struct line *line, const struct list *l)
{
	for (size_t i = 0; i < l->n_disks; i++) {
		print_disk(line, &l->disk[i]);
		for (size_t k = 0; k < l->n_volumes; k++)
			if (l->volume[k].disk == i)
				print_volume(line, &l->volume[k]);
	}
}

/* ---- kernels ---- */

static void print_heading(struct line *line, const struct list_kernel *k)
{
	answer_list_begin(line, 0);
	answer_list_begin(line, 0);
	if (k->guest_root[0])
		item(line, BOLD, "Kernels of the guest whose root is %s", SHOWN(k->guest_root));
	else
		item(line, BOLD, "Kernels on %s, which no fstab mounts", k->source);
}

static void print_links(struct line *line, const struct list_kernel *k)
{
	bool leads = strcmp(k->guest_path, k->guest_file) != 0;

	if (!leads && k->n_links == 0)
		return;
	answer_list_begin(line, 6);
	if (leads)
		item(line, PLAIN, "is %s", SHOWN(k->guest_file));
	for (unsigned int i = 0; i < k->n_links; i++)
		item(line, PLAIN, "%s%s", i ? "" : "also ", SHOWN(k->guest_link[i]));
}

/* Never wrapped, so that it can be pasted. */
static void print_entry(struct line *line, const struct list_kernel *k)
{
	char word[4 * sizeof(k->guest_entry) + 8];

	answer_list_begin(line, 6);
	if (k->guest_entry[0] && quote_shell(word, sizeof(word), k->guest_entry))
		fprintf(line->to, "%s%s%s--entry=%s", k->needs_root ? "--root=" : "",
			k->needs_root ? SHOWN(k->guest_root) : "", k->needs_root ? " " : "", word);
	else
		sentence(line, "its path can't be written as an entry");
}

static void print_kernel(struct line *line, const struct list_kernel *k)
{
	answer_list_begin(line, 2);
	item(line, k->is_default ? GREEN : BOLD, "%s", SHOWN(k->guest_path));
	item(line, PLAIN, "%s", k->kind);
	if (k->release[0])
		item(line, PLAIN, "%s", SHOWN(k->release));
	if (k->arch[0])
		item(line, PLAIN, "%s", k->arch);
	item_size(line, k->size);
	item(line, PLAIN, "on %s", k->source);
	if (k->is_default)
		item(line, GREEN, "default");
	print_links(line, k);
	answer_list_begin(line, 6);
	item(line, PLAIN, "initrd %s", k->guest_initrd[0] ? SHOWN(k->guest_initrd) : "none");
	if (k->guest_initrd[0])
		item_size(line, k->initrd_size);
	item(line, PLAIN, "modules %s", k->guest_modules[0] ? SHOWN(k->guest_modules) : "none");
	print_entry(line, k);
}

static bool is_same_guest(const struct list_kernel *a, const struct list_kernel *b)
{
	return !strcmp(a->guest_root, b->guest_root) &&
	       (a->guest_root[0] || !strcmp(a->source, b->source));
}

void answer_list_text(FILE *to, const struct list *l, const struct display *view)
{
	struct line line = {.to = to, .view = view};

	print_disks(&line, l);
	for (size_t i = 0; i < l->n_kernels; i++) {
		if (i == 0 || !is_same_guest(l->kernel[i], l->kernel[i - 1]))
			print_heading(&line, l->kernel[i]);
		print_kernel(&line, l->kernel[i]);
	}
	if (line.begun)
		fputc('\n', to);
	if (l->n_kernels == 0)
		fputs("\nNo kernels were found.\n", to);
	if (l->more)
		fputs("\nThere are more kernels than are listed.\n", to);
}
