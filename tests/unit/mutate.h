/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mutate - random damage for parsers, the same in each run */
#ifndef DOMU_TESTS_MUTATE_H
#define DOMU_TESTS_MUTATE_H

#include <stdint.h>
#include <string.h>
#include <time.h>

struct mutate {
	uint64_t state;
	struct timespec end;
};

/* A loop of mutations lasts so many seconds: while (mutate_more(&m)) ... */
static inline struct mutate mutate_for(int seconds)
{
	struct mutate m = {.state = 0x9e3779b97f4a7c15u};

	clock_gettime(CLOCK_MONOTONIC, &m.end);
	m.end.tv_sec += seconds;
	return m;
}

static inline int mutate_more(const struct mutate *m)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec < m->end.tv_sec ||
	       (now.tv_sec == m->end.tv_sec && now.tv_nsec < m->end.tv_nsec);
}

static inline uint64_t mutate_random(struct mutate *m, uint64_t below)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return m->state % below;
}

/* Changes, removes or doubles some characters of @text, into to[size]. */
static inline void mutate_text(struct mutate *m, const char *text, char *to, size_t size)
{
	static const char spice[] = " '\"\\,:[]=/-.@!x0a7\n\x01\xff";
	size_t n = 0, len = strlen(text);
	uint64_t rate = 1 + mutate_random(m, len + 1);

	for (; *text && n + 3 < size; text++) {
		uint64_t what = mutate_random(m, rate) ? 9 : mutate_random(m, 4);

		if (what == 0)
			continue;
		to[n++] = what == 1 ? spice[mutate_random(m, sizeof(spice) - 1)] : *text;
		if (what == 2)
			to[n++] = *text;
		if (what == 3)
			to[n++] = spice[mutate_random(m, sizeof(spice) - 1)];
	}
	to[n] = '\0';
}

#endif
