/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_table - the table of options: name, argument, help, kind */
#include "plan/options_table.h"

#include "base/array.h"
#include "base/text.h"

const struct option_row option_rows[] = {
#define O(member) offsetof(struct options, member)
	{"entry", 0, TEXT, ANYWHERE, LISTED, O(entry), "[DEV:]KERNEL[,INITRD]...",
		"boot this kernel, with these initrds"},
	{"root", 0, TEXT, ANYWHERE, LISTED, O(root), "DEV",
		"use this root of the guest; default: search for it"},
	{"disks", 0, TEXT, COMMAND_LINE, LISTED, O(disks), "LIST",
		"use these disks, as listed in the configuration"},
	{"disk", 0, DISK, COMMAND_LINE, NAMED, 0, "SPEC",
		"add a disk: phy:PATH,VDEV,MODE or xl's syntax"},
	{"args", 0, TEXT, ANYWHERE, NAMED, O(args), "TEXT", "return this kernel command line"},
	{"kernel", 0, TEXT, COMMAND_LINE, NAMED, O(kernel), "PATH",
		"boot this kernel, if no --entry is given"},
	{"ramdisk", 0, TEXT, COMMAND_LINE, NAMED, O(ramdisk), "PATH",
		"add this initrd to --kernel"},
	{"output", 0, TEXT, COMMAND_LINE, NAMED, O(output), "FILE",
		"write the result to FILE; default -: standard output"},
	{"output-format", 0, TEXT, ANYWHERE, NAMED, O(output_format), "FORMAT",
		"print the result as sxp, simple, simple0 or json"},
	{"json", 0, JSON, COMMAND_LINE, NAMED, 0, "pretty",
		"print JSON (--format=json or --output-format=json)"},
	{"output-directory", 0, DIRECTORY, ANYWHERE, NAMED, O(output_directory), "DIR",
		"write the copies to DIR; default: --tmpdir"},
	{"tmpdir", 0, DIRECTORY, ANYWHERE, NAMED, O(tmpdir), "DIR",
		"write copies to DIR; default /var/lib/xen/tmp"},
	{"mapper", 0, TEXT, ANYWHERE, NAMED, O(mapper), "NAME",
		"map partitions with auto, kpartx or loop"},
	{"dirty", 0, TEXT, ANYWHERE, NAMED, O(dirty), "HOW",
		"if the journal is dirty: replay, stale or fail"},
	{"filesystems", 0, TEXT, ANYWHERE, NAMED, O(filesystems), "LIST",
		"mount only these filesystems; +NAME adds one"},
	{"allow-backing", 0, BACKING, ANYWHERE, NAMED, 0, "DIR",
		"allow backing files below DIR[:DIR]...; repeatable"},
	{"any-kernel", 0, FLAG, ANYWHERE, NAMED, O(any_kernel), NULL,
		"accept a kernel of unknown format"},
	{"decompress", 0, FLAG, ANYWHERE, NAMED, O(decompress), NULL,
		"return the uncompressed kernel"},
	{"max-kernel-size", 0, SIZE, ANYWHERE, NAMED, O(max_kernel_size), "BYTES",
		"refuse larger kernels; K, M, G; default 1G"},
	{"max-initrd-size", 0, SIZE, ANYWHERE, NAMED, O(max_initrd_size), "BYTES",
		"refuse larger initrds; default 1G"},
	{"replay-limit", 0, SIZE, ANYWHERE, NAMED, O(replay_limit), "BYTES",
		"limit memory of a journal replay; default 256M"},
	{"runas", 0, COUNT, ANYWHERE, NAMED, O(runas), "UID",
		"parse the guest's data as this user; default: nobody"},
	{"timeout", 0, COUNT, ANYWHERE, NAMED, O(timeout), "SECONDS",
		"give up after SECONDS; default 0: never"},
	{"checksum", 0, FLAG, ANYWHERE, NAMED, O(checksum), NULL,
		"print each copy's SHA-256, in json and with -v"},
	{"reflink", 0, TEXT, ANYWHERE, NAMED, O(reflink), "HOW",
		"share blocks with the image: auto or never"},
	{"not-in-use", 0, FLAG, ANYWHERE, NAMED, O(not_in_use), NULL,
		"refuse a disk that is in use"},
	{"dry-run", 'n', FLAG, COMMAND_LINE, LISTED, O(dry_run), NULL,
		"print what would be done (--dryrun, --not-really)"},
	{"dryrun", 0, FLAG, COMMAND_LINE, NAMED, O(dry_run), NULL, NULL},
	{"not-really", 0, FLAG, COMMAND_LINE, NAMED, O(dry_run), NULL, NULL},
	{"vm", 0, TEXT, COMMAND_LINE, NAMED, O(vm), "UUID", "accepted for compatibility; ignored"},
	{"interactive", 'i', LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"list-entries", 'l', LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"offset", 0, LATER, COMMAND_LINE, NAMED, 0, "BYTES", NULL},
	{"isconfig", 0, LATER, COMMAND_LINE, NAMED, 0, NULL, NULL},
	{"format", 0, TEXT, COMMANDS, LISTED, O(format), "FORMAT",
		"print text (the default) or json"},
	{"directory", 'o', DIRECTORY, COMMANDS, LISTED, O(directory), "DIR", "write to DIR"},
	{"modules", 0, FLAG, COMMANDS, LISTED, O(modules), NULL,
		"extract /lib/modules/VERSION, too"},
	{"file", 0, FILES, COMMANDS, LISTED, 0, "PATH[:NAME]",
		"extract this file, too; repeatable"},
	{"stdout", 0, FLAG, COMMANDS, LISTED, O(to_stdout), NULL,
		"write the kernel, or the --file, to standard output"},
	{"xl-dir", 0, DIRECTORY, COMMANDS, LISTED, O(xl_dir), "DIR",
		"read guests from xl configurations: /etc/xen"},
	{"libvirt-xml", 0, TEXT, COMMANDS, LISTED, O(libvirt_xml), "FILE|DIR",
		"read guests from libvirt's domain XML"},
	{"images", 0, TEXT, COMMANDS, LISTED, O(images), "GLOB",
		"take each of these images as a guest"},
	{"jobs", 'j', COUNT, COMMANDS, LISTED, O(jobs), "N",
		"process N guests at a time; default: one per core"},
	{"keep", 0, COUNT, COMMANDS, LISTED, O(keep), "N",
		"keep N versions of each guest; default 2"},
	{"check", 0, FLAG, COMMANDS, LISTED, O(check), NULL,
		"only print the guests that are out of date"},
	{"resume", 0, FLAG, COMMANDS, LISTED, O(resume), NULL,
		"skip guests whose directory exists"},
	{"config", 0, TEXT, COMMAND_LINE, NAMED, O(config), "FILE",
		"read FILE; default /etc/xen/domUloader.conf"},
	{"quiet", 'q', FLAG, ANYWHERE, NAMED, O(quiet), NULL, "print only errors"},
	{"verbose", 'v', FLAG, ANYWHERE, NAMED, O(verbose), NULL, "print what is done"},
	{"debug", 0, FLAG, ANYWHERE, NAMED, O(debug), NULL, "print each step"},
	{"help", 'h', HELP, COMMAND_LINE, NAMED, 0, "all",
		"print this help; all: with every option"},
	{"version", 'V', FLAG, COMMAND_LINE, NAMED, O(version), NULL, "print the version"},
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
