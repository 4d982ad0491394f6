/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvmrows - the rows and fields of lvm's report: JSON in which all values are strings */
#ifndef DOMU_GUEST_LVMROWS_H
#define DOMU_GUEST_LVMROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct json_object;

/* The whole text; NULL or what was opened is closed. -EBADMSG, step "lvm.report". */
int lvmrows_open(const char *text, size_t len, struct json_object **ret, struct err *e);
void lvmrows_close(struct json_object *root);

/* The array of that key, NULL where there is none; how many rows it has, and one of them. */
struct json_object *lvmrows_array(struct json_object *in, const char *key);
size_t lvmrows_count(struct json_object *array);
struct json_object *lvmrows_at(struct json_object *array, size_t i);

/*
 * A field, "" where there is none; as a number of at most @max, as bytes in whole sectors, or as a
 * word of letters, digits and @characters, that is not empty and fits into to[size]. -EBADMSG, step
 * "lvm.report", for what is none.
 */
const char *lvmrows_text(struct json_object *row, const char *key);
int lvmrows_number(
	struct json_object *row, const char *key, uint64_t max, uint64_t *ret, struct err *e);
int lvmrows_bytes(struct json_object *row, const char *key, uint64_t *ret, struct err *e);
int lvmrows_word(struct json_object *row, const char *key, const char *characters, char *to,
	size_t size, struct err *e);

/* All of @text is letters, digits and @characters. */
bool lvmrows_is_made_of(const char *text, const char *characters);

/* That error, about the field @key. */
int lvmrows_bad(struct err *e, const char *key, const char *guest_text);

#endif
