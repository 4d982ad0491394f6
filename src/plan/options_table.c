/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_table - one row for each option: name, argument, help, kind */
#include "plan/options_table.h"

#include "base/array.h"
#include "base/text.h"

const struct option_row option_rows[] = {
#define O(member) offsetof(struct options, member)
	{"entry", 0, TEXT, ANYWHERE, TOLD, O(entry), "[DEV:]KERNEL[,INITRD]...",
		"the kernel to boot, and its initrds"},
	{"root", 0, TEXT, ANYWHERE, TOLD, O(root), "DEV",
		"the guest's root; default: it is looked for"},
	{"disks", 0, TEXT, COMMAND_LINE, TOLD, O(disks), "LIST",
		"all of the guest's disks, as in its configuration"},
	{"disk", 0, DISK, COMMAND_LINE, NAMED, 0, "SPEC",
		"one disk more: phy:PATH,VDEV,MODE or xl's syntax"},
	{"args", 0, TEXT, ANYWHERE, NAMED, O(args), "TEXT",
		"the kernel command line, handed to the answer"},
	{"kernel", 0, TEXT, COMMAND_LINE, NAMED, O(kernel), "PATH",
		"the same as an --entry without DEV; an --entry wins"},
	{"ramdisk", 0, TEXT, COMMAND_LINE, NAMED, O(ramdisk), "PATH",
		"the initrd that goes with --kernel"},
	{"output", 0, TEXT, COMMAND_LINE, NAMED, O(output), "FILE",
		"where the answer goes; - or nothing: standard output"},
	{"output-format", 0, TEXT, ANYWHERE, NAMED, O(output_format), "FORMAT",
		"sxp, simple, simple0 or json"},
	{"json", 0, JSON, COMMAND_LINE, NAMED, 0, "pretty",
		"--output-format=json; of a command: --format=json"},
	{"output-directory", 0, DIRECTORY, ANYWHERE, NAMED, O(output_directory), "DIR",
		"where the copies go; default: --tmpdir"},
	{"tmpdir", 0, DIRECTORY, ANYWHERE, NAMED, O(tmpdir), "DIR",
		"made when missing; default /var/lib/xen/tmp"},
	{"mapper", 0, TEXT, ANYWHERE, NAMED, O(mapper), "NAME", "auto, kpartx or loop"},
	{"dirty", 0, TEXT, ANYWHERE, NAMED, O(dirty), "HOW",
		"a journal with changes: replay, stale or fail"},
	{"filesystems", 0, TEXT, ANYWHERE, NAMED, O(filesystems), "LIST",
		"what may be mounted; +NAME adds one"},
	{"allow-backing", 0, BACKING, ANYWHERE, NAMED, 0, "DIR",
		"backing files may lie there; DIR:DIR, repeatable"},
	{"any-kernel", 0, FLAG, ANYWHERE, NAMED, O(any_kernel), NULL,
		"hand over what is not recognised as a kernel"},
	{"decompress", 0, FLAG, ANYWHERE, NAMED, O(decompress), NULL,
		"hand over the ELF or Image packed in the kernel"},
	{"max-kernel-size", 0, SIZE, ANYWHERE, NAMED, O(max_kernel_size), "BYTES",
		"with K, M, G; default 1G"},
	{"max-initrd-size", 0, SIZE, ANYWHERE, NAMED, O(max_initrd_size), "BYTES", "default 1G"},
	{"replay-limit", 0, SIZE, ANYWHERE, NAMED, O(replay_limit), "BYTES",
		"memory for a journal's replay; default 256M"},
	{"runas", 0, COUNT, ANYWHERE, NAMED, O(runas), "UID",
		"who reads the guest's bytes; default: nobody"},
	{"timeout", 0, COUNT, ANYWHERE, NAMED, O(timeout), "SECONDS",
		"give up and clean up; default 0: never"},
	{"checksum", 0, FLAG, ANYWHERE, NAMED, O(checksum), NULL,
		"the SHA-256 of each copy, in json and with -v"},
	{"reflink", 0, TEXT, ANYWHERE, NAMED, O(reflink), "HOW",
		"auto or never: copies that share the image's blocks"},
	{"not-in-use", 0, FLAG, ANYWHERE, NAMED, O(not_in_use), NULL,
		"refuse a disk that is open elsewhere for writing"},
	{"dry-run", 'n', FLAG, COMMAND_LINE, TOLD, O(dry_run), NULL,
		"only say what would be done (--dryrun, --not-really)"},
	{"dryrun", 0, FLAG, COMMAND_LINE, NAMED, O(dry_run), NULL, NULL},
	{"not-really", 0, FLAG, COMMAND_LINE, NAMED, O(dry_run), NULL, NULL},
	{"vm", 0, TEXT, COMMAND_LINE, NAMED, O(vm), "UUID",
		"which guest it is, for eliloader; not needed"},
	{"interactive", 'i', LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"list-entries", 'l', LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"offset", 0, LATER, COMMAND_LINE, NAMED, 0, "BYTES", NULL},
	{"isconfig", 0, LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"format", 0, TEXT, COMMANDS, TOLD, O(format), "FORMAT", "text (the default) or json"},
	{"directory", 'o', DIRECTORY, COMMANDS, TOLD, O(directory), "DIR",
		"where what is taken out goes"},
	{"modules", 0, FLAG, COMMANDS, TOLD, O(modules), NULL, "/lib/modules/VERSION as well"},
	{"file", 0, FILES, COMMANDS, TOLD, 0, "PATH[:NAME]", "this file as well; repeatable"},
	{"stdout", 0, FLAG, COMMANDS, TOLD, O(to_stdout), NULL,
		"the kernel, or the --file, to standard output"},
	{"xl-dir", 0, DIRECTORY, COMMANDS, TOLD, O(xl_dir), "DIR",
		"guests: configurations for xl, /etc/xen"},
	{"libvirt-xml", 0, TEXT, COMMANDS, TOLD, O(libvirt_xml), "FILE|DIR",
		"guests: libvirt's domains"},
	{"images", 0, TEXT, COMMANDS, TOLD, O(images), "GLOB", "guests: an image each"},
	{"jobs", 'j', COUNT, COMMANDS, TOLD, O(jobs), "N",
		"guests at a time; default: as many as cores"},
	{"keep", 0, COUNT, COMMANDS, TOLD, O(keep), "N",
		"versions of a guest's files that stay; default 2"},
	{"check", 0, FLAG, COMMANDS, TOLD, O(check), NULL, "only say who is out of step"},
	{"resume", 0, FLAG, COMMANDS, TOLD, O(resume), NULL,
		"pass over the guests that are there already"},
	{"config", 0, TEXT, COMMAND_LINE, NAMED, O(config), "FILE",
		"default /etc/xen/domUloader.conf"},
	{"quiet", 'q', FLAG, ANYWHERE, NAMED, O(quiet), NULL, "errors only"},
	{"verbose", 'v', FLAG, ANYWHERE, NAMED, O(verbose), NULL, "say what is done"},
	{"debug", 0, FLAG, ANYWHERE, NAMED, O(debug), NULL, "name each step as it is taken"},
	{"help", 'h', HELP, COMMAND_LINE, NAMED, 0, "all", "this text; all: with each option"},
	{"version", 'V', FLAG, COMMAND_LINE, NAMED, O(version), NULL, "the program's version"},
#undef O
};
_Static_assert(COUNT(option_rows) == OPTION_ROWS, "count them");

bool option_takes_optional(const struct option_row *row)
{
	return row->kind == JSON || row->kind == HELP;
}

const struct option_row *option_by_letter(int letter)
{
	for (size_t i = 0; letter && i < OPTION_ROWS; i++)
		if (option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

bool option_is_taken(const char *const *options, const struct option_row *row)
{
	static const char *const all[] = {
		"config", "quiet", "verbose", "debug", "help", "version", NULL};

	if (!options)
		return row->where != COMMANDS;
	return text_is_one_of(row->name, options) || text_is_one_of(row->name, all);
}
