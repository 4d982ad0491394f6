/* SPDX-License-Identifier: GPL-2.0-or-later */
/* from_lines - read guests from JSON lines */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "rack/roster.h"

#define DEPTH_MAX 4

static const struct key {
	const char *name;
	size_t offset; /* of a string, in struct rack_guest */
} keys[] = {
	{"entry", offsetof(struct rack_guest, entry)},
	{"root", offsetof(struct rack_guest, root)},
	{"args", offsetof(struct rack_guest, args)},
	{"kernel", offsetof(struct rack_guest, kernel)},
	{"ramdisk", offsetof(struct rack_guest, ramdisk)},
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void from_lines_wrong_at(struct rack_guest *g, size_t column, const char *what)
{
	FAIL(&g->wrong, -EINVAL, "lines.parse", "%s", g->from);
	err_detail(&g->wrong, "column %zu: %s", column, what);
}

/* The column of a key; the JSON parser does not report it. */
static size_t column_of(const char *line, const char *key)
{
	char quoted[80];
	const char *found;

	snprintf(quoted, sizeof(quoted), "\"%s\"", key);
	found = strstr(line, quoted);
	return found ? (size_t)(found - line) + 1 : 1;
}

/* A JSON string may contain NUL; ours must not. */
static const char *text_of(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

static void from_lines_take_disks(struct rack_guest *g, struct json_object *value, size_t column)
{
	bool is_list = json_object_is_type(value, json_type_array);
	size_t n = is_list ? json_object_array_length(value) : 1;

	for (size_t i = 0; i < n; i++) {
		const char *text = text_of(is_list ? json_object_array_get_idx(value, i) : value);

		if (!text)
			from_lines_wrong_at(g, column, "\"disks\" is a list of strings");
		else if (roster_append(&g->disk, &g->n_disk, text) < 0)
			FAIL(&g->wrong, -ENOMEM, "lines.parse", "%s", g->from);
	}
}

static char **member_of(struct rack_guest *g, const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (!strcmp(keys[i].name, name))
			return (char **)((char *)g + keys[i].offset);
	return NULL;
}

static void from_lines_take_key(
	struct rack_guest *g, const char *name, struct json_object *value, const char *line)
{
	size_t column = column_of(line, name);
	char **member = member_of(g, name);
	const char *text = text_of(value);

	if (!strcmp(name, "disks"))
		from_lines_take_disks(g, value, column);
	else if (!strcmp(name, "name") && text)
		roster_name(g, text);
	else if (!member && strcmp(name, "name") != 0)
		from_lines_wrong_at(g, column,
			"unknown key; valid keys are name, disks, entry, root, args, kernel, ramdisk");
	else if (!text && value)
		from_lines_wrong_at(g, column, "expected a string");
	else if (text && !(*member = strdup(text)))
		FAIL(&g->wrong, -ENOMEM, "lines.parse", "%s", g->from);
}

static void take_object(struct rack_guest *g, struct json_object *object, const char *line)
{
	struct json_object_iterator i, end;

	if (!json_object_is_type(object, json_type_object)) {
		from_lines_wrong_at(
			g, 1, "expected an object such as {\"name\": \"web1\", \"disks\": [...]}");
		return;
	}
	i = json_object_iter_begin(object);
	end = json_object_iter_end(object);
	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i))
		from_lines_take_key(
			g, json_object_iter_peek_name(&i), json_object_iter_peek_value(&i), line);
	if (!g->name)
		from_lines_wrong_at(g, 1, "\"name\" is missing");
	else if (!g->n_disk)
		from_lines_wrong_at(g, 1, "\"disks\" is missing");
}

static void parse_line(struct rack_guest *g, const char *line, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *object = NULL;
	enum json_tokener_error why;

	if (!tokener) {
		FAIL(&g->wrong, -ENOMEM, "lines.parse", "%s", g->from);
		return;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, line, (int)len + 1);
	why = json_tokener_get_error(tokener);
	if (why != json_tokener_success)
		from_lines_wrong_at(g, json_tokener_get_parse_end(tokener) + 1,
			why == json_tokener_continue ? "the line ends too early"
						     : json_tokener_error_desc(why));
	else
		take_object(g, object, line);
	json_object_put(object);
	json_tokener_free(tokener);
}

static int from_lines_take_line(
	struct roster *r, const char *file, size_t number, char *line, size_t len, struct err *e)
{
	char from[QUOTE_SIZE + 32];
	struct rack_guest *g;

	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	if (len == 0)
		return 0;
	snprintf(from, sizeof(from), "%s line %zu", file, number);
	g = roster_add(r, from, e);
	if (!g)
		return -ENOMEM;
	if (strlen(line) != len)
		from_lines_wrong_at(g, strlen(line) + 1, "a zero byte");
	else if (len > ROSTER_FILE_MAX)
		from_lines_wrong_at(g, 1, "the line is too long");
	else
		parse_line(g, line, len);
	return 0;
}

static int take_lines(struct roster *r, FILE *f, const char *file, struct err *e)
{
	own_free char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	for (size_t number = 1; ret >= 0 && (len = getline(&line, &size, f)) >= 0; number++)
		ret = from_lines_take_line(r, file, number, line, (size_t)len, e);
	if (ret >= 0 && ferror(f))
		ret = FAIL(e, -EIO, "lines.read", "%s", file);
	return ret;
}

/* Whether it starts unlike a JSON line and contains a NUL byte. */
static bool looks_like_image(int fd)
{
	char head[512];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	return n > 0 && !memchr(" \t\r\n{", head[0], 5) && memchr(head, 0, (size_t)n);
}

int roster_from_lines(struct roster *r, const char *path, struct err *e)
{
	bool is_input = !strcmp(path, "-");
	char file[QUOTE_SIZE];
	own_file FILE *f = NULL;
	int ret;

	snprintf(file, sizeof(file), "%s", is_input ? "standard input" : QUOTE(path));
	ret = STEP_OURS(e, "lines.open", file,
		(f = is_input ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "re")) ? 0 : -errno);
	if (ret < 0)
		return ret;
	if (looks_like_image(fileno(f))) {
		FAIL(e, -EINVAL, "lines.list", "%s", file);
		return err_detail(e, "use --images= for an image");
	}
	return take_lines(r, f, file, e);
}
