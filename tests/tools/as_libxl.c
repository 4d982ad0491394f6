/* SPDX-License-Identifier: GPL-2.0-or-later */
/* as_libxl - runs a bootloader program and reads its result, both like libxl */
#include <ctype.h>
#include <dirent.h>
#include <ftw.h>

#include "caller.h"

/*
 * as_libxl [-k KERNEL] [-r RAMDISK] [-a ARGS] [-u UID] DIRECTORY PROGRAM [ARGUMENT]... DISK
 *
 * The options are kernel=, ramdisk=, cmdline= and the user of bootloader_restrict=1 in a guest's
 * configuration. DIRECTORY replaces /var/lib/xen and /var/log/xen. It gets the file console with
 * the program's output, and on success args, kernel and perhaps ramdisk, from which libxl would
 * build the guest.
 *
 * Exit status: 0; 1 "bootloader failed"; 3 the program did something that it must never do.
 */
#define ITEM_MAX 8192 /* 2 * PATH_MAX: an item as long as that is dropped */

static char *output, *directory; /* of this guest */
static int kernel_fd = -1, ramdisk_fd = -1;
static char args[ITEM_MAX];
static struct dirent **before; /* what lay in the directory already */
static int n_before;

static int no_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
}

/* An earlier guest may have left a directory of the same name, with files. */
static void make_places(const struct config *c)
{
	output = text("%s/bootloader.7.out", c->directory);
	directory = text("%s/bootloader.7.d", c->directory);
	if (mkdir(directory, 0600) < 0 && errno != EEXIST)
		must(-1, directory);
	close(must(open(output, O_RDWR | O_CREAT | O_TRUNC, 0600), output));
	n_before = must(scandir(directory, &before, no_dots, alphasort), directory);
}

static struct arguments make_arguments(const struct config *c)
{
	struct arguments a = {0};

	add(&a, c->rest[0]);
	add_option(&a, "kernel", c->kernel);
	add_option(&a, "ramdisk", c->ramdisk);
	add_option(&a, "args", c->args && *c->args ? c->args : NULL);
	add_option(&a, "runas", c->uid);
	if (c->uid)
		add(&a, text("--quiet"));
	add_option(&a, "output", output);
	add_option(&a, "output-format", "simple0");
	add_option(&a, "output-directory", directory);
	for (char **word = c->rest + 1; *word; word++)
		add(&a, *word);
	return a;
}

/* When nobody has the terminal open any more, libxl does not wait for the program's end. */
static int run(const struct config *c)
{
	char *log = text("%s/console", c->directory);
	int log_fd = must(open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640), log);
	struct arguments a = make_arguments(c);
	int master = start_on_pty(a.word);

	while (drain(master, log_fd))
		;
	kill(program, SIGTERM);
	close(master);
	close(log_fd);
	return end_of_program();
}

/* What follows the key and the blanks; NULL: it is another key. */
static const char *value_of(const char *item, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(item, key, len) != 0 || !isspace((unsigned char)item[len]))
		return NULL;
	for (item += len; isspace((unsigned char)*item); item++)
		;
	return item;
}

/* The last one counts. */
static void take(int *fd, const char *path)
{
	if (*fd >= 0)
		close(*fd);
	*fd = take_copy(path, directory);
}

static void on_item(const char *item)
{
	const char *value;

	if ((value = value_of(item, "kernel")))
		take(&kernel_fd, value);
	else if ((value = value_of(item, "ramdisk")))
		take(&ramdisk_fd, value);
	else if ((value = value_of(item, "args")))
		strcpy(args, value);
	else if (*item)
		fprintf(stderr, "warning: unexpected output from the bootloader: %s\n", item);
}

static void read_answer(void)
{
	FILE *f = fopen(output, "r");
	char item[ITEM_MAX];
	int c;

	if (!f)
		end_with(BROKEN, "%s: %s", output, strerror(errno));
	do {
		size_t n = 0;

		for (; (c = getc(f)) != EOF && c != '\0'; n++)
			if (n < sizeof(item))
				item[n] = (char)c;
		if (n >= sizeof(item)) {
			fprintf(stderr, "warning: an item of %zu bytes is dropped\n", n);
			continue;
		}
		item[n] = '\0';
		on_item(item);
	} while (c != EOF);
	fclose(f);
}

static int is_old(const char *name)
{
	for (int i = 0; i < n_before; i++)
		if (!strcmp(before[i]->d_name, name))
			return 1;
	return 0;
}

static void refuse_leftovers(void)
{
	struct dirent **after;
	int n = must(scandir(directory, &after, no_dots, alphasort), directory);

	for (int i = 0; i < n; i++)
		if (!is_old(after[i]->d_name))
			end_with(BROKEN, "%s/%s is left", directory, after[i]->d_name);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

static void clean_up(void)
{
	must(unlink(output), output);
	must(nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), directory);
}

int main(int argc, char **argv)
{
	struct config c = read_config(argc, argv);
	int status;

	make_places(&c);
	status = run(&c);
	if (status == 0)
		read_answer();
	refuse_leftovers();
	clean_up();
	if (status != 0)
		end_with(BOOTLOADER_FAILED, "bootloader failed: status %#x", (unsigned int)status);
	if (kernel_fd < 0)
		end_with(BROKEN, "exit code 0, and the answer names no kernel");
	keep(kernel_fd, c.directory, "kernel");
	if (ramdisk_fd >= 0)
		keep(ramdisk_fd, c.directory, "ramdisk");
	keep_text(args, c.directory, "args");
	return 0;
}
