/* SPDX-License-Identifier: GPL-2.0-or-later */
/* from_libvirt - read guests from libvirt's domain XML */
#include <expat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "rack/roster.h"

#define PATH_SIZE 256
#define TEXT_SIZE 8192
#define DEPTH_MAX 32

/* The <disk> element that is open. */
struct drive {
	bool is_disk;
	char *source, *target, *format;
};

struct parse {
	XML_Parser parser;
	struct rack_guest *g;
	char path[PATH_SIZE]; /* of the open element: "/domain/os/kernel" */
	unsigned int depth;
	char text[TEXT_SIZE];
	size_t len; /* of the text */
	bool is_hvm;
	char *name, *bootloader, *bootloader_args;
	struct drive drive;
	const char *wrong;
};

static void from_libvirt_give_up(struct parse *p, const char *what)
{
	if (!p->wrong)
		p->wrong = what;
	XML_StopParser(p->parser, XML_FALSE);
}

/* The last of several wins. */
static void from_libvirt_keep(struct parse *p, char **to, const char *text)
{
	free(*to);
	*to = strdup(text ? text : "");
	if (!*to)
		from_libvirt_give_up(p, "not enough memory");
}

static const char *attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (!strcmp(attributes[0], name))
			return attributes[1];
	return NULL;
}

/* ---- disks ---- */

static void drive_done(struct drive *d)
{
	free(d->source);
	free(d->target);
	free(d->format);
	*d = (struct drive){0};
}

static void begin_drive(struct parse *p, const char **attributes)
{
	const char *device = attribute(attributes, "device");

	drive_done(&p->drive);
	p->drive.is_disk = !device || !strcmp(device, "disk");
}

static void take_source(struct parse *p, const char **attributes)
{
	const char *path = attribute(attributes, "file");

	if (!path)
		path = attribute(attributes, "dev");
	if (path)
		from_libvirt_keep(p, &p->drive.source, path);
	else if (p->drive.is_disk)
		from_libvirt_give_up(
			p, "a disk that is neither a file nor a block device of this host");
}

static bool from_libvirt_is_plain(const char *word)
{
	return word && *word && !strpbrk(word, ", =\t\n");
}

/*
 * As an xl disk specification. "target=" takes the rest of the text, so the path may contain
 * anything.
 */
static void end_drive(struct parse *p)
{
	const struct drive *d = &p->drive;
	own_free char *spec = NULL;

	if (!d->is_disk || !d->source)
		return;
	if (!from_libvirt_is_plain(d->target) || (d->format && !from_libvirt_is_plain(d->format))) {
		from_libvirt_give_up(p, "a disk without a valid target");
		return;
	}
	if (asprintf(&spec, "format=%s,vdev=%s,target=%s", d->format ? d->format : "raw", d->target,
		    d->source) < 0)
		spec = NULL;
	if (!spec || roster_append(&p->g->disk, &p->g->n_disk, spec) < 0)
		from_libvirt_give_up(p, "not enough memory");
}

/* ---- elements ---- */

static bool is_at(const struct parse *p, const char *path)
{
	return !strcmp(p->path, path);
}

static void XMLCALL on_start(void *arg, const char *name, const char **attributes)
{
	struct parse *p = arg;
	size_t len = strlen(p->path);

	if (++p->depth > DEPTH_MAX || len + strlen(name) + 2 > PATH_SIZE) {
		from_libvirt_give_up(p, "elements nested too deeply");
		return;
	}
	snprintf(p->path + len, PATH_SIZE - len, "/%s", name);
	p->len = 0;
	if (p->depth == 1 && !is_at(p, "/domain"))
		from_libvirt_give_up(p, "not libvirt's <domain>");
	else if (is_at(p, "/domain/devices/disk"))
		begin_drive(p, attributes);
	else if (is_at(p, "/domain/devices/disk/source"))
		take_source(p, attributes);
	else if (is_at(p, "/domain/devices/disk/target"))
		from_libvirt_keep(p, &p->drive.target, attribute(attributes, "dev"));
	else if (is_at(p, "/domain/devices/disk/driver") && attribute(attributes, "type"))
		from_libvirt_keep(p, &p->drive.format, attribute(attributes, "type"));
}

static void take_text(struct parse *p)
{
	const struct {
		const char *path;
		char **to;
	} texts[] = {
		{"/domain/name", &p->name},
		{"/domain/bootloader", &p->bootloader},
		{"/domain/bootloader_args", &p->bootloader_args},
		{"/domain/os/kernel", &p->g->kernel},
		{"/domain/os/initrd", &p->g->ramdisk},
		{"/domain/os/cmdline", &p->g->args},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (is_at(p, texts[i].path))
			from_libvirt_keep(p, texts[i].to, p->text);
	if (is_at(p, "/domain/os/type"))
		p->is_hvm = !strcmp(p->text, "hvm");
}

static void XMLCALL on_end(void *arg, const char *name)
{
	struct parse *p = arg;

	(void)name;
	p->text[p->len] = '\0';
	take_text(p);
	if (is_at(p, "/domain/devices/disk"))
		end_drive(p);
	p->path[strrchr(p->path, '/') - p->path] = '\0';
	p->depth--;
	p->len = 0;
}

static void XMLCALL on_text(void *arg, const char *text, int len)
{
	struct parse *p = arg;

	if (p->len + (size_t)len >= TEXT_SIZE) {
		from_libvirt_give_up(p, "a text that is too long");
		return;
	}
	memcpy(p->text + p->len, text, (size_t)len);
	p->len += (size_t)len;
}

/* libvirt writes no document type. Refusing it rules out entity expansion and external entities. */
static void XMLCALL on_doctype(
	void *arg, const char *name, const char *sysid, const char *pubid, int has_internal_subset)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_internal_subset;
	from_libvirt_give_up(arg, "a document type declaration, which libvirt never writes");
}

/* ---- files ---- */

static void take_bootloader(struct parse *p, const char *path)
{
	struct rack_guest *g = p->g;

	/* then kernel and initrd are files of the host */
	if (!roster_bootloader(g, p->bootloader, p->bootloader_args, g->kernel)) {
		free(TAKE_PTR(g->kernel));
		free(TAKE_PTR(g->ramdisk));
	} else if (p->bootloader_args &&
		   roster_append(&g->word, &g->n_word, p->bootloader_args) < 0) {
		FAIL(&g->wrong, -ENOMEM, "libvirt.parse", "%s", QUOTE(path));
	}
	roster_name(g, p->name ? p->name : "");
}

/* Expat 2.9 deprecates these calls for wider ones that Debian 12 lacks. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void say_where(struct parse *p)
{
	err_detail(&p->g->wrong, "line %lu, column %lu: %s",
		(unsigned long)XML_GetCurrentLineNumber(p->parser),
		(unsigned long)XML_GetCurrentColumnNumber(p->parser) + 1,
		p->wrong ? p->wrong : XML_ErrorString(XML_GetErrorCode(p->parser)));
}
#pragma GCC diagnostic pop

static void parse_text(struct parse *p, const char *path, const char *text)
{
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
	if (XML_Parse(p->parser, text, (int)strlen(text), 1) == XML_STATUS_OK) {
		take_bootloader(p, path);
		return;
	}
	FAIL(&p->g->wrong, -EINVAL, "libvirt.parse", "%s", QUOTE(path));
	say_where(p);
}

static void parse_done(struct parse *p)
{
	drive_done(&p->drive);
	free(p->name);
	free(p->bootloader);
	free(p->bootloader_args);
	XML_ParserFree(p->parser);
	free(p);
}

static int from_libvirt_add(struct roster *r, const char *path, struct err *e)
{
	own_free char *text = NULL;
	char from[QUOTE_SIZE];
	struct rack_guest *g = roster_add(r, quote_into(from, sizeof(from), path), e);
	struct parse *p;

	if (!g)
		return -ENOMEM;
	p = calloc(1, sizeof(*p));
	if (p)
		p->parser = XML_ParserCreate(NULL);
	if (!p || !p->parser) {
		free(p);
		return FAIL(e, -ENOMEM, "libvirt.parse", "%s", from);
	}
	p->g = g;
	if (roster_read(path, &text, &g->wrong) >= 0)
		parse_text(p, path, text);
	if (!g->name) /* unreadable: a name to report it under */
		roster_name_after(g, path, NULL);
	if (p->is_hvm && g->wrong.code == 0) {
		log_verbose("%s: an HVM guest, which has no bootloader", from);
		roster_drop_hvm(r);
	}
	parse_done(p);
	return 0;
}

int roster_from_libvirt(struct roster *r, const char *path, struct err *e)
{
	return roster_each_file(r, path, ".xml", from_libvirt_add, e);
}
