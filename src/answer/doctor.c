/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - print the doctor's checks: as text or a JSON object */
#include "answer/doctor.h"

#include <string.h>

#include "answer/jsontext.h"

#define FIX_NEXT_TO 66 /* characters of found and fix that fit on one line */

static const char *const words[] = {
	[DOCTOR_OK] = "ok", [DOCTOR_LACKS] = "lacks", [DOCTOR_MISSING] = "missing"};
static const char *const colours[] = {
	[DOCTOR_OK] = "\033[32m", [DOCTOR_LACKS] = "\033[33m", [DOCTOR_MISSING] = "\033[31m"};

/* ---- text ---- */

static void print_row(
	FILE *to, const struct doctor_row *row, const char *name, const char *found, bool colour)
{
	bool wraps = strlen(found) + strlen(row->fix) > FIX_NEXT_TO;

	fprintf(to, "%s%-8s%s %-20s %s", colour ? colours[row->state] : "", words[row->state],
		colour ? "\033[0m" : "", name, found);
	if (row->fix[0])
		fprintf(to, "%s -> %s", wraps ? "\n                             " : "", row->fix);
	fputc('\n', to);
}

static bool shares_line(const struct doctor_row *row, const struct doctor_row *other)
{
	return row->group && other->group && !strcmp(row->group, other->group) &&
	       row->state == DOCTOR_OK && other->state == DOCTOR_OK &&
	       !strcmp(row->found, other->found);
}

static bool is_printed_already(const struct doctor_row *row, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (shares_line(&row[i], &row[k]))
			return true;
	return false;
}

static void print_shared(FILE *to, const struct doctor_row *row, size_t i, size_t n, bool colour)
{
	char names[160] = "";
	char found[sizeof(names) + sizeof(row->found) + 4];

	for (size_t k = i, len = 0; k < n; k++)
		if (shares_line(&row[i], &row[k]) && len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
				len ? " " : "", row[k].name);
	snprintf(found, sizeof(found), "%s: %s", names, row[i].found);
	print_row(to, &row[i], row[i].group, found, colour);
}

void answer_doctor_text(FILE *to, const struct doctor_row *row, size_t n, bool ready, bool colour)
{
	for (size_t i = 0; i < n; i++)
		if (!row[i].group || row[i].state != DOCTOR_OK)
			print_row(to, &row[i], row[i].name, row[i].found, colour);
		else if (!is_printed_already(row, i))
			print_shared(to, row, i, n, colour);
	fprintf(to, "\n%s\n",
		ready ? "domUloader can extract guests' kernels on this host."
		      : "domUloader cannot extract guests' kernels on this host: see what is missing.");
}

/* ---- JSON ---- */

int answer_doctor_json(FILE *to, const struct doctor_row *row, size_t n, bool ready, struct err *e)
{
	struct json_object *rows = json_object_new_array();

	for (; n > 0; n--, row++)
		json_object_array_add(
			rows, JSON_OBJECT({"group", JSON(row->group)}, {"name", JSON(row->name)},
				      {"state", JSON(words[row->state])},
				      {"found", JSON(row->found)}, {"fix", JSON(row->fix)}));
	return jsontext_print(to, JSON_OBJECT({"ready", JSON(ready)}, {"checks", rows}), e);
}
