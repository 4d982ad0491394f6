/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests - what became of each of many guests: a line each, for people or for scripts */
#ifndef DOMU_ANSWER_GUESTS_H
#define DOMU_ANSWER_GUESTS_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum guest_state {
	GUEST_DONE,	   /* its files were copied */
	GUEST_KEPT,	   /* they were there already: nothing was copied */
	GUEST_IN_STEP,	   /* of a check: what is here is what the guest has */
	GUEST_OUT_OF_STEP, /* and this is not */
	GUEST_FAILED,
};
#define GUEST_STATES (GUEST_FAILED + 1)

/* Texts are ours or quoted, printable ASCII, but for the names, which are UTF-8. */
struct out_guest {
	const char *name; /* NULL: could not be read */
	const char *from; /* where it stands */
	enum guest_state state;
	const char *directory; /* NULL: none of it */
	const char *version;   /* the kernel's; NULL or "": not known */
	uint64_t bytes;	       /* copied */
	double seconds;
	const char *note;      /* one line; NULL or "": nothing more to say */
	const struct err *err; /* when it failed */
	int exit_code;	       /* that one guest alone would end with */
};

/* The name as a terminal may be given it: as it is when it is plain, else quoted; @size > 0. */
const char *answer_guest_name(const struct out_guest *g, char *to, size_t size);

/* "web1: done, kernel 6.1.0, 8.1 MiB, 0.2 s" */
void answer_guest_line(FILE *to, const struct out_guest *g);

/*
 * "26 guests: 25 in step, 1 failed: bo3" into to[size]: how many have each state, and the first
 * names of count[GUEST_FAILED] that failed.
 */
void answer_guests_sum(
	char *to, size_t size, const size_t count[GUEST_STATES], char *const *failed);

/* Why it failed, in one line: "the guest has no such device: 'xvda7': No such file [find.none]" */
void answer_guest_why(char *to, size_t size, const struct out_guest *g);

/* One object, one line. Step "emit.value" for want of memory. */
int answer_guest_json(FILE *to, const struct out_guest *g, struct err *e);

#endif
