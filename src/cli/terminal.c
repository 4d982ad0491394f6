/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal - detect whether standard output is a terminal, and its width */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/num.h"

#define WIDTH_MAX 10000

static unsigned int window_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (columns && num_parse(columns, WIDTH_MAX, &n) == 0)
		return (unsigned int)n;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void terminal_look(struct options *o)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");

	if (!isatty(STDOUT_FILENO))
		return;
	o->colour = !(no_colour && *no_colour) && !(term && !strcmp(term, "dumb"));
	o->width = window_width();
}
