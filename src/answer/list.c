/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - print what is on a guest's disks: tables for people, one JSON object for scripts */
#include "answer/list.h"

#include <inttypes.h>
#include <string.h>

#include "answer/line.h"
#include "base/array.h"
#include "base/quote.h"
#include "base/text.h"

/* Quote text for a shell if needed; the buffer lives as long as the enclosing block. */
#define SHOWN(guest_text) shown((char[4 *LIST_PATH_MAX + 8]){0}, guest_text)

static const char *shown(char to[4 * LIST_PATH_MAX + 8], const char *guest_text)
{
	return quote_shell(to, 4 * LIST_PATH_MAX + 8, guest_text) ? to : "...";
}

#define SIZE_MAX_TEXT 16

/* "512 MiB", "1.5 GiB"; the buffer lives as long as the enclosing block. */
#define SIZED(bytes) list_size((char[SIZE_MAX_TEXT]){0}, bytes)

static const char *list_size(char to[SIZE_MAX_TEXT], uint64_t bytes)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned int unit = 0;
	uint64_t tenths = 0;

	for (; bytes >= 1024; bytes /= 1024, unit++)
		tenths = bytes % 1024 * 10 / 1024;
	if (unit > 0 && bytes < 10 && tenths)
		snprintf(to, SIZE_MAX_TEXT, "%" PRIu64 ".%" PRIu64 " %s", bytes, tenths,
			units[unit]);
	else
		snprintf(to, SIZE_MAX_TEXT, "%" PRIu64 " %s", bytes, units[unit]);
	return to;
}

static void print_header(struct line *line, const char *const *names, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		line_cell(line, i, BOLD, "%s", names[i]);
}

/* ---- disks ---- */

enum { NAME, TYPE, SIZE, STATE, MOUNT, LABEL, UUID };

static void print_disk(struct line *line, const struct list_disk *d)
{
	line_begin(line, 0);
	line_cell(line, NAME, BOLD, "%s", d->vdev);
	line_cell(line, TYPE, PLAIN, "%s", d->table[0] ? d->table : "no table");
	line_cell(line, SIZE, PLAIN, "%s", SIZED(d->size));
	line_cell(line, STATE, YELLOW, "%s", d->in_use ? "in use" : "");
	line_item(line, MOUNT, PLAIN, "%s", SHOWN(d->path));
	if (d->sector_size != 512)
		line_item(line, MOUNT, PLAIN, "sectors of %u", d->sector_size);
}

static const char *list_mounts(const struct list_volume *v, char *to, size_t size)
{
	*to = '\0';
	for (unsigned int i = 0; i < v->n_mounts; i++) {
		const struct list_mount *m = &v->mount[i];

		text_list(to, size, ", ", "%s", SHOWN(m->guest_target));
		if (m->guest_subvol[0])
			text_add(to, size, " (%s)", SHOWN(m->guest_subvol));
	}
	return to;
}

static void print_volume(struct line *line, const struct list_volume *v)
{
	bool clean = v->journal && !strcmp(v->journal, "clean");
	char mounts[4 * LIST_PATH_MAX];

	line_begin(line, 2);
	line_cell(line, NAME, PLAIN, "%s", v->name);
	line_cell(line, TYPE, PLAIN, "%s", v->type[0] ? v->type : "-");
	line_cell(line, SIZE, PLAIN, "%s", SIZED(v->size));
	line_cell(line, STATE, clean ? GREEN : YELLOW, "%s",
		clean	     ? "clean"
		: v->journal ? "dirty"
			     : "");
	line_cell(line, MOUNT, BOLD, "%s", list_mounts(v, mounts, sizeof(mounts)));
	line_cell(line, LABEL, PLAIN, "%s", v->guest_label[0] ? SHOWN(v->guest_label) : "");
	line_cell(line, UUID, PLAIN, "%s", v->guest_uuid[0] ? SHOWN(v->guest_uuid) : "");
	if (v->problem[0]) {
		line_begin(line, 6);
		line_sentence(line, v->problem);
	}
}

static void print_disks(struct line *line, const struct list *l)
{
	static const char *const names[] = {
		"NAME", "TYPE", "SIZE", "STATE", "MOUNT", "LABEL", "UUID"};

	line_begin(line, 0);
	print_header(line, names, COUNT(names));
	for (size_t i = 0; i < l->n_disks; i++) {
		print_disk(line, &l->disk[i]);
		for (size_t k = 0; k < l->n_volumes; k++)
			if (l->volume[k].disk == i)
				print_volume(line, &l->volume[k]);
	}
}

/* ---- kernels ---- */

enum { PATH, KIND, RELEASE, ARCH, KERNEL_SIZE, ON, IS_DEFAULT };

static void print_heading(struct line *line, const struct list_kernel *k)
{
	static const char *const names[] = {"KERNEL", "TYPE", "RELEASE", "ARCH", "SIZE", "ON"};

	line_begin(line, 0);
	line_begin(line, 0);
	if (k->guest_root[0])
		line_item(line, 0, BOLD, "Kernels of the guest whose root is %s",
			SHOWN(k->guest_root));
	else
		line_item(line, 0, BOLD, "Kernels on %s, which is not in an fstab", k->source);
	line_begin(line, 2);
	print_header(line, names, COUNT(names));
}

static void print_links(struct line *line, const struct list_kernel *k)
{
	bool leads = strcmp(k->guest_path, k->guest_file) != 0;

	if (!leads && k->n_links == 0)
		return;
	line_begin(line, 6);
	if (leads)
		line_item(line, 0, PLAIN, "is %s", SHOWN(k->guest_file));
	for (unsigned int i = 0; i < k->n_links; i++)
		line_item(line, 0, PLAIN, "%s%s", i ? "" : "also ", SHOWN(k->guest_link[i]));
}

/* Print an option to be pasted. Returns false if it cannot be quoted. */
static bool print_option(FILE *to, const char *option, const char *guest_value)
{
	char text[sizeof(((struct list_kernel *)0)->guest_entry) + 16];
	char word[4 * sizeof(text) + 16];

	snprintf(text, sizeof(text), "--%s=%s", option, guest_value);
	return quote_shell(word, sizeof(word), text) && fputs(word, to) >= 0;
}

/* Never wrapped, so that it can be pasted. */
static void print_entry(struct line *line, const struct list_kernel *k)
{
	line_begin(line, 6);
	if (line->measure)
		return;
	if (!k->guest_entry[0]) {
		line_sentence(line, "its path cannot be written as an entry");
		return;
	}
	if (k->needs_root && print_option(line->to, "root", k->guest_root))
		fputc(' ', line->to);
	print_option(line->to, "entry", k->guest_entry);
}

static void print_kernel(struct line *line, const struct list_kernel *k)
{
	line_begin(line, 2);
	line_cell(line, PATH, k->is_default ? GREEN : BOLD, "%s", SHOWN(k->guest_path));
	line_cell(line, KIND, PLAIN, "%s", k->kind);
	line_cell(line, RELEASE, PLAIN, "%s", k->release[0] ? SHOWN(k->release) : "");
	line_cell(line, ARCH, PLAIN, "%s", k->arch);
	line_cell(line, KERNEL_SIZE, PLAIN, "%s", SIZED(k->size));
	line_cell(line, ON, PLAIN, "%s", k->source);
	if (k->is_default)
		line_item(line, IS_DEFAULT, GREEN, "default");
	print_links(line, k);
	line_begin(line, 6);
	line_item(
		line, 0, PLAIN, "initrd %s", k->guest_initrd[0] ? SHOWN(k->guest_initrd) : "none");
	if (k->guest_initrd[0])
		line_item(line, 0, PLAIN, "%s", SIZED(k->initrd_size));
	line_item(line, 0, PLAIN, "modules %s",
		k->guest_modules[0] ? SHOWN(k->guest_modules) : "none");
	print_entry(line, k);
}

static bool is_same_guest(const struct list_kernel *a, const struct list_kernel *b)
{
	return !strcmp(a->guest_root, b->guest_root) &&
	       (a->guest_root[0] || !strcmp(a->source, b->source));
}

static void print_kernels(struct line *line, const struct list *l)
{
	for (size_t i = 0; i < l->n_kernels; i++) {
		if (i == 0 || !is_same_guest(l->kernel[i], l->kernel[i - 1]))
			print_heading(line, l->kernel[i]);
		print_kernel(line, l->kernel[i]);
	}
}

/* Print a table: measure it, then write it. */
static void print_table(FILE *to, const struct list *l, const struct display *view,
	void (*print)(struct line *line, const struct list *l))
{
	struct line line = {.to = to, .view = view, .measure = true};

	print(&line, l);
	line.measure = false;
	print(&line, l);
	line_end(&line);
}

void answer_list_text(FILE *to, const struct list *l, const struct display *view)
{
	print_table(to, l, view, print_disks);
	print_table(to, l, view, print_kernels);
	if (l->n_kernels == 0)
		fputs("\nNo kernels found.\n", to);
	if (l->more)
		fputs("\nThe list of kernels is incomplete: there are more.\n", to);
}
