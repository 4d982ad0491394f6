# SPDX-License-Identifier: GPL-2.0-or-later
# make, make all    build/domUloader and completions for shells
# make install      install below DESTDIR; see the variables
# make uninstall    remove the installed files; same variables
# make check        all tests, as root (scripts/check --help lists the topics)
# make units        the C tests, build/unit/*; make tools: launchers for the tests
# make demo         run domUloader on the disk of a Debian guest
# make bench        measure how long it takes
# make packages     print the required libraries by their pkg-config names
# make clean        remove built files
# make help         print this help
#
#   FAULTS=1    build/faulty/domUloader (units: build/faulty/unit/*), with fault
#               points and sanitizers
#   STRICT=1    warnings are errors
#   V=1         show whole commands
#   CC, CFLAGS, LDFLAGS   as usual
#   DESTDIR     the root directory of a package
#   PREFIX      /usr/local; below it are SBINDIR, MANDIR, DOCDIR, DATADIR,
#               BASHDIR, ZSHDIR and FISHDIR
#   UDEVRULE    the file name of the udev rule, which sets its order
#
# Where other programs search, not below PREFIX; XENBIN= and XENBOOT= for none:

PREFIX     ?= /usr/local
VERSION    := 0.1
# A checkout's commit; a tarball has none, even below somebody else's checkout.
COMMIT     := $(if $(wildcard .git),$(shell GIT_OPTIONAL_LOCKS=0 git -c safe.directory='$(CURDIR)' \
	      describe --always --dirty 2>/dev/null))
RELEASE    := $(VERSION)$(if $(COMMIT), ($(COMMIT)))

# make V=1 shows the whole commands.
Q          := $(if $(V),,@)
say         = $(if $(V),,@echo "  $(1)")

CC         ?= cc
CFLAGS     ?= -O2 -g
WARNINGS   := -Wall -Wextra -Wshadow -Wformat=2
HARDENING  := -fstack-protector-strong -fPIE
PACKAGES   := devmapper mount blkid libcap libeconf json-c zlib liblzma libzstd liblz4 nettle expat
ALL_CFLAGS  = -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc \
	      $(WARNINGS) $(HARDENING) $(shell pkg-config --cflags $(PACKAGES)) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LDFLAGS)
LIBS        = $(shell pkg-config --libs $(PACKAGES)) -lbz2

BUILD      := build/plain
PROGRAM    := build/domUloader
UNIT       := build/unit
ifdef FAULTS
BUILD      := build/faulty
PROGRAM    := build/faulty/domUloader
UNIT       := build/faulty/unit
ALL_CFLAGS += -DDOMU_FAULTS -fsanitize=address,undefined -fno-omit-frame-pointer
ALL_LDFLAGS += -fsanitize=address,undefined
endif
ifdef STRICT
WARNINGS   += -Werror
endif

# fault.c exists only where faults do: the shipped program does not contain it.
SOURCES    := $(filter-out src/base/fault.c src/complete.c,$(wildcard src/*.c src/*/*.c)) $(if $(FAULTS),src/base/fault.c)
OBJECTS    := $(SOURCES:src/%.c=$(BUILD)/%.o)
LIBRARY    := $(filter-out $(BUILD)/main.o,$(OBJECTS))
UNITS      := $(patsubst tests/unit/%.c,$(UNIT)/%,$(wildcard tests/unit/*.c))
TOOLS      := $(patsubst tests/tools/%.c,build/tools/%,$(wildcard tests/tools/*.c))

COMPLETION := build/completion/domUloader.bash build/completion/domUloader.zsh build/completion/domUloader.fish

all: $(PROGRAM) $(if $(FAULTS),,$(COMPLETION))

$(PROGRAM): $(OBJECTS)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/packages
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Changes when the version does; only main.c has it.
$(BUILD)/version: force
	@mkdir -p $(@D)
	@echo '$(RELEASE)' | cmp -s - $@ || echo '$(RELEASE)' >$@

$(BUILD)/main.o: ALL_CFLAGS += -DDOMU_VERSION='"$(RELEASE)"'
$(BUILD)/main.o: $(BUILD)/version

# Says what is missing by the package's name before the compiler says it by a header's.
$(BUILD)/packages: Makefile
	@mkdir -p $(@D)
	@missing=; for p in $(PACKAGES); do pkg-config --exists $$p || missing="$$missing $$p"; done; \
	echo "#include <bzlib.h>" | $(CC) -E - >/dev/null 2>&1 || missing="$$missing bzip2"; \
	if [ -n "$$missing" ]; then \
		echo "missing development packages (pkg-config names):$$missing" >&2; \
		echo "Debian, Ubuntu: libdevmapper-dev libmount-dev libblkid-dev libcap-dev libeconf-dev libjson-c-dev zlib1g-dev liblzma-dev libzstd-dev liblz4-dev libbz2-dev nettle-dev libexpat1-dev" >&2; \
		echo "scripts/setup installs them" >&2; exit 1; \
	fi
	@touch $@

# What a shell completes stands in the program's own table; this writes it down in the shell's words.
build/completion/complete: src/complete.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

build/completion/domUloader.%: build/completion/complete
	$(Q)$< $* >$@.new && mv $@.new $@

units: $(UNITS) $(TOOLS)

$(UNIT)/%: tests/unit/%.c tests/unit/tap.h tests/tools/lack.h $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

tools: $(TOOLS)

# Launchers that the tests use: programs of their own, with nothing of ours and no sanitizer in them.
build/tools/%: tests/tools/%.c $(wildcard tests/tools/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -o $@ $<

clean:
	rm -rf build/plain build/faulty build/unit build/tools build/completion build/domUloader

packages:
	@echo $(PACKAGES)

check demo bench:
	scripts/$@

# ---- install, uninstall --------------------------------------------------------------------------
#
# XENBIN: where xl and libvirt look for a bootloader that is named without its path, by default of the
# installed Xen. XENBOOT: where old configurations name domUloader.py.

SBINDIR    ?= $(PREFIX)/sbin
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/domUloader
XENBIN     ?= $(wildcard /usr/lib/xen-*/bin /usr/lib/xen/bin /usr/lib64/xen/bin /usr/libexec/xen/bin)
XENBOOT    ?= /usr/lib/xen/boot
UDEVDIR    ?= $(or $(shell pkg-config --variable=udevdir udev 2>/dev/null),/usr/lib/udev)/rules.d
UDEVRULE   ?= $(if $(wildcard /lib/udev/rules.d/10-dm.rules /usr/lib/udev/rules.d/10-dm.rules),12,56)-domUloader.rules
# Where each shell looks for a program's completion, and the name that it wants there.
BASHDIR    ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR     ?= $(PREFIX)/share/zsh/site-functions
FISHDIR    ?= $(PREFIX)/share/fish/vendor_completions.d
DATADIR    ?= $(PREFIX)/share/domUloader
UNITDIR    ?= $(or $(shell pkg-config --variable=systemdsystemunitdir systemd 2>/dev/null),/usr/lib/systemd/system)
LINKS       = $(XENBIN:%=%/domUloader) $(XENBOOT:%=%/domUloader.py)

# A link takes the place of nothing but a link: what a package put there stays, and is named.
install: build/domUloader $(COMPLETION)
	install -D -m 0755 build/domUloader $(DESTDIR)$(SBINDIR)/domUloader
	install -d $(DESTDIR)$(MANDIR)/man8
	install -m 0644 docs/*.8 $(DESTDIR)$(MANDIR)/man8
	install -D -m 0644 docs/domUloader.conf.5 $(DESTDIR)$(MANDIR)/man5/domUloader.conf.5
	install -d $(DESTDIR)$(DOCDIR)
	install -m 0644 domUloader.conf.example docs/interface.md $(DESTDIR)$(DOCDIR)
	install -D -m 0644 scripts/udev/domUloader.rules $(DESTDIR)$(UDEVDIR)/$(UDEVRULE)
	install -d $(DESTDIR)$(DATADIR)/hooks $(DESTDIR)$(DATADIR)/examples $(DESTDIR)$(UNITDIR)
	install -m 0755 scripts/hooks/* $(DESTDIR)$(DATADIR)/hooks
	install -m 0755 scripts/examples/* $(DESTDIR)$(DATADIR)/examples
	sed 's,@SBINDIR@,$(SBINDIR),' scripts/systemd/domUloader-sync.service >$(DESTDIR)$(UNITDIR)/domUloader-sync.service
	install -m 0644 scripts/systemd/domUloader-sync.timer $(DESTDIR)$(UNITDIR)
	install -D -m 0644 build/completion/domUloader.bash $(DESTDIR)$(BASHDIR)/domUloader
	install -D -m 0644 build/completion/domUloader.zsh $(DESTDIR)$(ZSHDIR)/_domUloader
	install -D -m 0644 build/completion/domUloader.fish $(DESTDIR)$(FISHDIR)/domUloader.fish
	@for link in $(LINKS:%=$(DESTDIR)%); do \
		if [ -e "$$link" ] && [ ! -L "$$link" ]; then \
			echo "$$link is somebody else's file: left as it is" >&2; \
		else \
			mkdir -p "$${link%/*}" && ln -sfnv $(SBINDIR)/domUloader "$$link" || exit 1; \
		fi; \
	done
	@$(if $(strip $(XENBIN)),:,echo "no Xen found: no link for xl (XENBIN= names its directory); the full path works always")

# The directories stay, but for those that are ours alone.
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/domUloader $(DESTDIR)$(UDEVDIR)/$(UDEVRULE) \
		$(patsubst docs/%,$(DESTDIR)$(MANDIR)/man8/%,$(wildcard docs/*.8)) $(DESTDIR)$(MANDIR)/man5/domUloader.conf.5 \
		$(DESTDIR)$(DOCDIR)/domUloader.conf.example $(DESTDIR)$(DOCDIR)/interface.md \
		$(DESTDIR)$(BASHDIR)/domUloader \
		$(DESTDIR)$(ZSHDIR)/_domUloader $(DESTDIR)$(FISHDIR)/domUloader.fish \
		$(DESTDIR)$(UNITDIR)/domUloader-sync.service $(DESTDIR)$(UNITDIR)/domUloader-sync.timer \
		$(patsubst scripts/%,$(DESTDIR)$(DATADIR)/%,$(wildcard scripts/hooks/* scripts/examples/*))
	@for link in $(LINKS:%=$(DESTDIR)%); do \
		[ "$$(readlink "$$link")" != $(SBINDIR)/domUloader ] || rm -v "$$link"; \
	done
	@for dir in $(DOCDIR) $(DATADIR)/hooks $(DATADIR)/examples $(DATADIR) $(XENBOOT); do \
		[ ! -d "$(DESTDIR)$$dir" ] || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$dir"; \
	done

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile
	@printf '  %-8s= %s\n' UDEVDIR '$(UDEVDIR)' UNITDIR '$(UNITDIR)' XENBIN '$(XENBIN)' XENBOOT '$(XENBOOT)'

.PHONY: install uninstall help

-include $(OBJECTS:.o=.d)

.PHONY: all units tools clean packages check demo bench force
