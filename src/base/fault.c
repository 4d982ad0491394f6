/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault - fault points of `make FAULTS=1`; absent from the released program */
#include "base/fault.h"

#include <fcntl.h>
#include <sanitizer/lsan_interface.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

/* The section's bounds, set by the linker; weak, so that a program without a step links, too. */
extern const char *const __start_domu_steps[] __attribute__((weak));
extern const char *const __stop_domu_steps[] __attribute__((weak));

#define WANTED_MAX 8
#define LINE_SIZE  64
#define LINES	   4096

enum process { FRONT, KEEPER, READER, TOOL, N_PROCESSES };
static const char *const process_names[N_PROCESSES] = {"front", "keeper", "reader", "tool"};

/* Shared by all processes. The log is, too, but is a mapped file and survives them. */
struct shared {
	pid_t front;
	atomic_int reader;
	atomic_uint steps;
	atomic_uint of_process[N_PROCESSES];
	atomic_uint undos;
	atomic_uint fired[WANTED_MAX];
};
static struct shared *shared;
static char *log_lines;

static struct wanted {
	char *where, *what;
	unsigned int times; /* 0: each time */
} wanted[WANTED_MAX];
static unsigned int n_wanted;
static int unwinding;

/* A step, and its number in each count. */
struct hit {
	const char *name;
	enum process process;
	unsigned int step, of_process, undo;
};

/* Kept to the end of the program on purpose; libeconf leaks a few bytes itself. */
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

const char *__lsan_default_suppressions(void)
{
	return "leak:split_words\nleak:econf_\n";
}

void fault_check_leaks(void)
{
	__lsan_do_recoverable_leak_check();
}

/* ---- parse DOMU_FAULT ---- */

static void take_times(struct wanted *w)
{
	char *x = w->what[0] == 'E' ? strrchr(w->what, 'x') : NULL;

	if (!x)
		return;
	w->times = (unsigned int)strtoul(x + 1, NULL, 10);
	*x = '\0';
}

static void take_wanted(char *text)
{
	char *save = NULL;

	for (char *w = strtok_r(text, ",", &save); w && n_wanted < WANTED_MAX;
		w = strtok_r(NULL, ",", &save)) {
		char *equal = strchr(w, '=');

		if (!equal)
			continue;
		*equal = '\0';
		wanted[n_wanted] = (struct wanted){.where = w, .what = equal + 1};
		take_times(&wanted[n_wanted++]);
	}
}

static void *map_shared(size_t size, int flags, int fd)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

static void write_line(unsigned int line, const char *text)
{
	char padded[LINE_SIZE + 1];

	if (!log_lines || line >= LINES)
		return;
	snprintf(padded, sizeof(padded), "%-*.*s\n", LINE_SIZE - 1, LINE_SIZE - 1, text);
	memcpy(log_lines + (size_t)line * LINE_SIZE, padded, LINE_SIZE);
}

static void open_log(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, (off_t)LINES * LINE_SIZE) < 0)
		abort();
	log_lines = map_shared((size_t)LINES * LINE_SIZE, 0, fd);
	close(fd);
	write_line(0, "nothing fired");
}

void fault_init(void)
{
	const char *text = getenv("DOMU_FAULT"), *log = getenv("DOMU_FAULT_LOG");
	static char copy[1024];

	shared = map_shared(sizeof(*shared), MAP_ANONYMOUS, -1);
	shared->front = getpid();
	if (log)
		open_log(log);
	if (text && strlen(text) < sizeof(copy))
		take_wanted(strcpy(copy, text));
}

/* ---- at a step ---- */

void fault_unwinding(int on)
{
	unwinding += on ? 1 : -1;
}

unsigned int fault_undo_mark(void)
{
	return shared ? atomic_load(&shared->undos) : 0;
}

void fault_undo_again(unsigned int mark)
{
	if (shared)
		atomic_store(&shared->undos, mark);
}

/* The keeper's first child is the reader; later ones become tools. */
static enum process reader_or_tool(void)
{
	int nobody = 0;

	if (atomic_compare_exchange_strong(&shared->reader, &nobody, getpid()))
		return READER;
	return nobody == getpid() ? READER : TOOL;
}

/* Asks for the parent only once: it may die later. */
static enum process this_process(void)
{
	static enum process process;
	static pid_t known;

	if (known == getpid())
		return process;
	known = getpid();
	if (known == shared->front)
		process = FRONT;
	else
		process = getppid() == shared->front ? KEEPER : reader_or_tool();
	return process;
}

static int errno_of(const char *name)
{
	for (int i = 1; i < 200; i++) {
		const char *known = strerrorname_np(i);

		if (known && !strcmp(known, name))
			return i;
	}
	return abs(atoi(name));
}

static int act(const char *what)
{
	if (!strcmp(what, "KILL"))
		raise(SIGKILL);
	if (strcmp(what, "STOP") != 0)
		return -errno_of(what);
	raise(SIGSTOP);
	return 0;
}

/* Return the number after "PREFIX#", or 0 */
static unsigned int number_after(const char *where, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(where, prefix, len) != 0 || where[len] != '#')
		return 0;
	return (unsigned int)strtoul(where + len + 1, NULL, 10);
}

static int is_meant(const char *where, const struct hit *h)
{
	if (!strcmp(where, h->name) || number_after(where, "") == h->step)
		return 1;
	if (h->undo && number_after(where, "undo") == h->undo)
		return 1;
	return number_after(where, process_names[h->process]) == h->of_process;
}

static int is_over(unsigned int i)
{
	return wanted[i].times && atomic_fetch_add(&shared->fired[i], 1) >= wanted[i].times;
}

static const char *fault_describe(const struct hit *h, char to[LINE_SIZE])
{
	snprintf(to, LINE_SIZE, "%s %u %d %s", process_names[h->process], h->of_process,
		(int)getpid(), h->name);
	if (h->undo)
		text_add(to, LINE_SIZE, " undo#%u", h->undo);
	return to;
}

static void log_hit(const struct hit *h)
{
	char text[LINE_SIZE];

	write_line(h->step, fault_describe(h, text));
}

static void log_fired(const struct hit *h)
{
	char text[LINE_SIZE], line[LINE_SIZE + 8];

	snprintf(line, sizeof(line), "fired %s", fault_describe(h, text));
	write_line(0, line);
}

int fault_hit(const char *name)
{
	struct hit h = {.name = name};

	if (!shared)
		return 0;
	h.process = this_process();
	h.step = atomic_fetch_add(&shared->steps, 1) + 1;
	h.of_process = atomic_fetch_add(&shared->of_process[h.process], 1) + 1;
	if (unwinding)
		h.undo = atomic_fetch_add(&shared->undos, 1) + 1;
	log_hit(&h);
	for (unsigned int i = 0; i < n_wanted; i++)
		if (is_meant(wanted[i].where, &h) && !is_over(i)) {
			log_fired(&h);
			return act(wanted[i].what);
		}
	return 0;
}

/* ---- --list-steps ---- */

static int fault_by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void fault_list_steps(void)
{
	/* cppcheck-suppress [comparePointers,subtractPointers] ; the linker makes them one array */
	size_t n = (size_t)(__stop_domu_steps - __start_domu_steps);
	const char **names = calloc(n + 1, sizeof(*names));

	if (!names)
		abort();
	memcpy(names, __start_domu_steps, n * sizeof(*names));
	qsort(names, n, sizeof(*names), fault_by_name);
	for (size_t i = 0; i < n; i++)
		if (names[i] && (i == 0 || strcmp(names[i], names[i - 1])))
			puts(names[i]);
	free(names);
}
