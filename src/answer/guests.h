/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests - print the outcome for each of many guests: as lines of text or JSON */
#ifndef DOMU_ANSWER_GUESTS_H
#define DOMU_ANSWER_GUESTS_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum guest_state {
	GUEST_DONE,	   /* files were copied */
	GUEST_KEPT,	   /* files were up to date: nothing was copied */
	GUEST_IN_STEP,	   /* of a check: files are up to date */
	GUEST_OUT_OF_DATE, /* of a check: files are out of date */
	GUEST_FAILED,
};
#define GUEST_STATES (GUEST_FAILED + 1)

/* Texts are ours or quoted printable ASCII; names are UTF-8. */
struct out_guest {
	const char *name; /* NULL if unreadable */
	const char *from; /* where it is defined */
	enum guest_state state;
	const char *directory; /* NULL if none */
	const char *version;   /* the kernel's; NULL or "" if unknown */
	uint64_t bytes;	       /* copied */
	double seconds;
	const char *note;      /* one line; NULL or "" if none */
	const struct err *err; /* if it failed */
	int exit_code;	       /* the exit code for this guest alone */
};

/* Return the name, quoted unless it is plain, for a terminal; @size > 0. */
const char *answer_guest_name(const struct out_guest *g, char *to, size_t size);

/* Print a line, as "web1: done, kernel 6.1.0, 8.1 MiB, 0.2 s". */
void answer_guest_line(FILE *to, const struct out_guest *g);

/*
 * Write a summary to to[size]: "26 guests: 25 in step, 1 failed: bo3".
 * @count: guests in each state
 * @failed: names of the count[GUEST_FAILED] failed guests; the first ones are printed
 */
void answer_guests_sum(
	char *to, size_t size, const size_t count[GUEST_STATES], char *const *failed);

/*
 * Format the error as one line: "the guest has no such device: 'xvda7': No such file [find.none]"
 */
void answer_guest_why(char *to, size_t size, const struct out_guest *g);

/*
 * Print a JSON object on one line.
 * Returns: 0; or -ENOMEM, step "emit.value"
 */
int answer_guest_json(FILE *to, const struct out_guest *g, struct err *e);

#endif
