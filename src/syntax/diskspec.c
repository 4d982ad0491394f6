/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diskspec - parse a disk in the syntax of xend, xm or xl */
#include "syntax/diskspec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "syntax/diskprefix.h"

#define BAD(e, text, ...)                                                                          \
	(FAIL((e), -EINVAL, "diskspec.parse", "%s", QUOTE(text)), err_detail((e), __VA_ARGS__),    \
		-EINVAL)

/* The parts of a disk; the first N_POSITIONAL also by position, in this order. */
enum slot {
	TARGET,
	FORMAT,
	VDEV,
	ACCESS,
	BACKEND,
	PROTOCOL,
	DEVTYPE,
	BACKENDTYPE,
	SCRIPT,
	N_SLOTS
};
#define N_POSITIONAL (PROTOCOL + 1)

static const char *const slot_names[N_SLOTS] = {"path", "format", "device", "access", "backend",
	"protocol", "devtype", "backendtype", "script"};

struct reading {
	const char *text; /* for messages */
	char *value[N_SLOTS];
	bool had_prefix;
	bool is_phy;
	bool is_raw; /* unless a format is given */
	bool is_cdrom;
};

static void reading_done(struct reading *r)
{
	for (size_t i = 0; i < N_SLOTS; i++)
		free(r->value[i]);
}

static int diskspec_no_memory(const struct reading *r, struct err *e)
{
	return FAIL(e, -ENOMEM, "diskspec.parse", "%s", QUOTE(r->text));
}

static bool is_format(const char *word)
{
	static const char *const formats[] = {
		"", "raw", "qcow", "qcow2", "qed", "vhd", "vhdx", "vmdk", "vdi", "empty", NULL};

	return text_is_one_of(word, formats);
}

/* Set a part. An empty one may be replaced, as in xl. */
static int diskspec_set(
	struct reading *r, enum slot slot, const char *value, size_t len, struct err *e)
{
	char *copy;

	if (r->value[slot] && r->value[slot][0])
		return BAD(e, r->text, "its %s is specified twice", slot_names[slot]);
	copy = strndup(value, len);
	if (!copy)
		return diskspec_no_memory(r, e);
	free(r->value[slot]);
	r->value[slot] = copy;
	return 0;
}

static int apply_prefix(struct reading *r, const char *name, size_t len, struct err *e)
{
	const struct diskprefix *p = diskprefix_find(name, len);

	if (!p)
		return BAD(e, r->text,
			"unknown prefix %.*s: (for a file of that name use ./%.*s:...)",
			(int)(len < 64 ? len : 64), name, (int)(len < 64 ? len : 64), name);
	if (p->instead)
		return BAD(e, r->text, "disks of the kind %s: are not supported: %s", p->name,
			p->instead);
	r->had_prefix = true;
	r->is_phy = r->is_phy || p->is_phy;
	r->is_raw = r->is_raw || p->is_raw;
	return p->is_format ? diskspec_set(r, FORMAT, name, len, e) : 0;
}

static int set_target(struct reading *r, const char *target, size_t len, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789+";
	size_t n = strspn(target, letters);

	while (n && n < len && target[n] == ':') {
		int err = apply_prefix(r, target, n, e);

		if (err < 0)
			return err;
		target += n + 1;
		len -= n + 1;
		n = strspn(target, letters);
	}
	return diskspec_set(r, TARGET, target, len, e);
}

/* Set the next positional part, skipping those that a key has set. */
static int set_positional(struct reading *r, const char *word, size_t len, struct err *e)
{
	own_free char *copy = strndup(word, len);

	if (!copy)
		return diskspec_no_memory(r, e);
	if (!r->value[TARGET])
		return set_target(r, copy, len, e);
	for (enum slot slot = FORMAT; slot < N_POSITIONAL; slot++) {
		if (r->value[slot] || (slot == FORMAT && r->had_prefix))
			continue;
		if (slot == FORMAT && !is_format(copy))
			continue;
		return diskspec_set(r, slot, copy, len, e);
	}
	return BAD(e, r->text, "too many parts, from %s on", QUOTE(copy));
}

static int set_key(struct reading *r, const char *word, size_t len, struct err *e)
{
	static const struct {
		const char *name;
		enum slot slot;
	} keys[] = {
		{"format", FORMAT},
		{"vdev", VDEV},
		{"access", ACCESS},
		{"backend", BACKEND},
		{"devtype", DEVTYPE},
		{"backendtype", BACKENDTYPE},
		{"script", SCRIPT},
	};
	static const char *const ignored[] = {"specification", "grant_usage", "colo-host",
		"colo-port", "colo-export", "active-disk", "hidden-disk", NULL};
	own_free char *key = strndup(word, len);
	char *eq;

	if (!key)
		return diskspec_no_memory(r, e);
	eq = strchr(key, '=');
	*eq = '\0';
	for (size_t i = 0; i < COUNT(keys); i++)
		if (!strcmp(key, keys[i].name))
			return diskspec_set(r, keys[i].slot, eq + 1, strlen(eq + 1), e);
	if (text_is_one_of(key, ignored))
		return 0;
	return BAD(e, r->text, "unknown key %s (for a file of that name use ./...)", QUOTE(key));
}

/* Set a keyword such as "cdrom"; false if it is none. */
static bool set_flag(struct reading *r, const char *word, size_t len)
{
	static const char *const flags[] = {"cdrom", "direct-io-safe", "discard", "no-discard",
		"colo", "no-colo", "trusted", "untrusted"};

	for (size_t i = 0; i < COUNT(flags); i++) {
		if (!text_is(word, len, flags[i]))
			continue;
		r->is_cdrom = r->is_cdrom || i == 0;
		return true;
	}
	return false;
}

static bool is_key(const char *word, size_t len)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n && n < len && word[n] == '=' && word[0] >= 'a' && word[0] <= 'z';
}

/* Set the target= parameter, which is the last and may hold commas. */
static int set_rest(struct reading *r, const char *target, struct err *e)
{
	size_t len = strlen(target);

	if (len && target[len - 1] == ',')
		len--;
	return set_target(r, target, len, e);
}

static int diskspec_read_text(struct reading *r, struct err *e)
{
	const char *c = r->text;
	int err = 0;

	while (err == 0 && *(c += strspn(c, " \t\n"))) {
		size_t len = strcspn(c, ",");

		if (!strncmp(c, "target=", 7))
			return set_rest(r, c + 7, e);
		if (is_key(c, len))
			err = set_key(r, c, len, e);
		else if (!set_flag(r, c, len))
			err = set_positional(r, c, len, e);
		c += len + (c[len] == ',');
	}
	return err;
}

static int check_words(const struct reading *r, struct err *e)
{
	static const char *const accesses[] = {"", "r", "ro", "w", "rw", "r!", "w!", NULL};
	static const char *const here[] = {"", "0", "Domain-0", NULL};
	static const char *const devtypes[] = {"", "disk", "cdrom", NULL};
	static const char *const backendtypes[] = {"", "phy", "tap", "qdisk", "standalone", NULL};
	char *const *v = r->value;

	if (v[SCRIPT] && v[SCRIPT][0])
		return BAD(e, r->text,
			"script= is not supported: use the block device that the script makes");
	if (v[FORMAT] && !is_format(v[FORMAT]))
		return BAD(e, r->text, "unknown format %s; use raw, qcow2, vhd, ...",
			QUOTE(v[FORMAT]));
	if (v[ACCESS] && !text_is_one_of(v[ACCESS], accesses))
		return BAD(e, r->text, "unknown access mode %s; use r, ro, w, rw or w!",
			QUOTE(v[ACCESS]));
	if (v[BACKEND] && !text_is_one_of(v[BACKEND], here))
		return BAD(e, r->text,
			"its backend is the domain %s: only disks of this host are supported",
			QUOTE(v[BACKEND]));
	if (v[DEVTYPE] && !text_is_one_of(v[DEVTYPE], devtypes))
		return BAD(e, r->text, "unknown devtype %s; use disk or cdrom", QUOTE(v[DEVTYPE]));
	if (v[BACKENDTYPE] && !text_is_one_of(v[BACKENDTYPE], backendtypes))
		return BAD(e, r->text, "unknown backendtype %s; use phy, tap or qdisk",
			QUOTE(v[BACKENDTYPE]));
	return 0;
}

static bool is_device_name(const char *name)
{
	static const char *const modes[] = {"r", "ro", "w", "rw", NULL};
	size_t n =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/!._-");

	return n < 64 && !name[n] && !text_is_one_of(name, modes);
}

static char *skip(char *text, const char *start)
{
	size_t n = strlen(start);

	return strncmp(text, start, n) ? text : text + n;
}

/* "ioemu:/dev/hdc:cdrom" is hdc, a CD drive. */
static int read_vdev(struct reading *r, struct diskspec *to, struct err *e)
{
	char *name = r->value[VDEV];
	char *type;

	if (!name || !*name)
		return 0;
	name = skip(skip(skip(name, "/dev/"), "ioemu:"), "/dev/");
	type = strrchr(name, ':');
	if (type) {
		*type++ = '\0';
		if (strcmp(type, "cdrom") && strcmp(type, "disk"))
			return BAD(e, r->text, "unknown device type %s; use disk or cdrom",
				QUOTE(type));
		to->cdrom = to->cdrom || !strcmp(type, "cdrom");
	}
	if (!is_device_name(name))
		return BAD(e, r->text, "%s is not a device name such as hda or xvda", QUOTE(name));
	if (!*name)
		return 0;
	to->vdev = strdup(name);
	return to->vdev ? 0 : diskspec_no_memory(r, e);
}

static int read_path(struct reading *r, struct diskspec *to, struct err *e)
{
	const char *path = r->value[TARGET] ? r->value[TARGET] : "";
	const char *format = r->value[FORMAT];
	const char *backend = r->value[BACKENDTYPE];
	bool is_device = r->is_phy || (backend && !strcmp(backend, "phy"));

	if (!*path || (format && !strcmp(format, "empty")))
		return 0;
	if (asprintf(&to->path, "%s%s", is_device && *path != '/' ? "/dev/" : "", path) < 0) {
		to->path = NULL;
		return diskspec_no_memory(r, e);
	}
	if (!format || !*format)
		format = is_device || r->is_raw ? "raw" : NULL;
	if (format && !(to->format = strdup(format)))
		return diskspec_no_memory(r, e);
	return 0;
}

/* Check the parts and build the disk from them; @r's strings are consumed. */
static int diskspec_finish(struct reading *r, struct diskspec *ret, struct err *e)
{
	const char *devtype = r->value[DEVTYPE];
	struct diskspec spec = {.cdrom = r->is_cdrom || (devtype && !strcmp(devtype, "cdrom"))};
	int err = check_words(r, e);

	if (err == 0)
		err = read_vdev(r, &spec, e);
	if (err == 0)
		err = read_path(r, &spec, e);
	if (err < 0)
		diskspec_done(&spec);
	else
		*ret = spec;
	return err;
}

int diskspec_parse_drive(const char *text, struct diskspec *ret, struct err *e)
{
	struct reading r = {.text = text};
	int err = diskspec_read_text(&r, e);

	if (err == 0)
		err = diskspec_finish(&r, ret, e);
	reading_done(&r);
	return err;
}

/* "['", "[['": a file of that name is specified as "./['". */
static bool is_list(const char *text)
{
	const char *inside = text + strspn(text, " [");

	return memchr(text, '[', (size_t)(inside - text)) && (*inside == '\'' || *inside == '"');
}

int diskspec_parse(const char *text, struct diskspec *ret, struct err *e)
{
	struct diskspec spec = {0};
	int r = is_list(text) ? BAD(e, text, "use --disks= for a list of disks")
			      : diskspec_parse_drive(text, &spec, e);

	if (r < 0)
		return r;
	if (!spec.path) {
		diskspec_done(&spec);
		return BAD(e, text, "no path; expected a disk as in phy:/dev/vg/lv,hda,w");
	}
	*ret = spec;
	return 0;
}

int diskspec_from_parts(const char *const *part, size_t n, struct diskspec *ret, struct err *e)
{
	static const enum slot order[] = {TARGET, VDEV, ACCESS, BACKEND, PROTOCOL};
	struct reading r = {.text = n && part[0] ? part[0] : ""};
	int err = n > COUNT(order) ? BAD(e, r.text, "too many parts") : 0;

	for (size_t i = 0; err == 0 && i < n; i++) {
		if (!part[i])
			continue;
		err = order[i] == TARGET ? set_target(&r, part[i], strlen(part[i]), e)
					 : diskspec_set(&r, order[i], part[i], strlen(part[i]), e);
	}
	if (err == 0)
		err = diskspec_finish(&r, ret, e);
	reading_done(&r);
	return err;
}

void diskspec_done(struct diskspec *spec)
{
	free(spec->path);
	free(spec->vdev);
	free(spec->format);
	*spec = (struct diskspec){0};
}
