/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmrows - rows and fields of lvm's report: JSON in which all values are strings */
#ifndef DOMU_GUEST_LVMROWS_H
#define DOMU_GUEST_LVMROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct json_object;

/*
 * Parse @text; lvmrows_close() frees the result, which may be NULL.
 * Returns: 0, or a negative errno; step "lvm.report"
 * Errors: -EBADMSG if it is not lvm's JSON; -ENOMEM
 */
int lvmrows_open(const char *text, size_t len, struct json_object **ret, struct err *e);
void lvmrows_close(struct json_object *root);

/* Get the array of @key, NULL if there is none; its number of rows, 0 for NULL; a row. */
struct json_object *lvmrows_array(struct json_object *in, const char *key);
size_t lvmrows_count(struct json_object *array);
struct json_object *lvmrows_at(struct json_object *array, size_t i);

/*
 * Get a field: as text, "" if there is none; as a number of at most @max; as bytes, in whole
 * sectors; as a word of letters, digits and @characters that is not empty and fits in to[size].
 * Errors: -EBADMSG, step "lvm.report", if it is malformed
 */
const char *lvmrows_text(struct json_object *row, const char *key);
int lvmrows_number(
	struct json_object *row, const char *key, uint64_t max, uint64_t *ret, struct err *e);
int lvmrows_bytes(struct json_object *row, const char *key, uint64_t *ret, struct err *e);
int lvmrows_word(struct json_object *row, const char *key, const char *characters, char *to,
	size_t size, struct err *e);

/* Test whether @text consists of letters, digits and @characters. */
bool lvmrows_is_made_of(const char *text, const char *characters);

/* Record -EBADMSG for the field @key. */
int lvmrows_bad(struct err *e, const char *key, const char *guest_text);

#endif
