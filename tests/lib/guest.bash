# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# guest - small guests for the tests, made in a second and without mounting them
#
# Files:
#   guest_bzimage FILE [VERSION] [BYTES]   an x86 kernel: boot protocol 2.15, xz payload (128 KiB)
#   guest_elf FILE                         an x86-64 ELF executable's header and a body
#   guest_arm64 FILE                       an arm64 Image
#   guest_vmlinux FILE [NOTE]...           an x86-64 kernel's ELF, version 6.9.0-inside, with Xen notes (PV,
#                                          PVH; old: a __xen_guest section of 2006) or without
#   guest_pack FORMAT FILE OUT             compressed as by Linux's build: gzip xz zstd lz4 bzip2 lzma lzo
#   guest_bzimage_of PAYLOAD FILE          a bzImage, version 6.9.0-outside, with that payload
#   guest_zboot_of PAYLOAD FILE            an EFI zboot image for arm64 with that payload
#   guest_random FILE BYTES [SEED]         random bytes for initrds, the same for the same seed
#
# Trees:
#   guest_tree DIR                         a root: /boot/vmlinuz-6.1.0, /boot/initrd.img-6.1.0, the
#                                          symlinks /vmlinuz and /initrd.img, an empty /etc/fstab
#   guest_boot_tree DIR                    a separate /boot: the same names, with the symlinks vmlinuz
#                                          and initrd next to them
#
# Filesystems: guest_fs TYPE FILE SIZE TREE [MKFS-OPTION...] for ext2 ext3 ext4 xfs btrfs squashfs
#   erofs f2fs iso9660 (SIZE in MiB; mkfs's options set UUID and label: -U, -L ...). $GUEST_UUID is a UUID.
#
# Disks:
#   guest_disk gpt|dos IMG PART...         a partition table and its partitions. PART is FILE[:KEY=VALUE]...
#                                          with sfdisk's keys (name=, uuid=, type=); with dos, "extended"
#                                          starts the logical partitions
#
# Everything is reproducible except timestamps. Sizes are small, images sparse.

# shellcheck disable=SC2034 # used by the tests
# One UUID for each test file: the kernel groups devices by UUID, also those of two checks at once.
export GUEST_UUID=${GUEST_UUID-$(</proc/sys/kernel/random/uuid)}

# ---- files -----------------------------------------------------------------------

# Perl's generator is its own, and so the same everywhere.
guest_random() { # FILE BYTES [SEED]
	perl -e '
		my ($bytes, $seed) = @ARGV;
		srand(unpack("%32C*", $seed) + 65599 * length $seed);
		print pack("L*", map { int rand 4294967296 } 1 .. $bytes / 4), "x" x ($bytes % 4);
	' "$2" "${3-seed}" >"$1"
}

_poke() { # FILE OFFSET ESCAPED-BYTES
	# shellcheck disable=SC2059 # the bytes are meant as a format: \x4d\x5a
	printf "$3" | dd of="$1" bs=1 seek="$(($2))" conv=notrunc status=none
}

guest_bzimage() { # FILE [VERSION] [BYTES]
	local version=${2-6.1.0-guest (builder@host) #1 SMP}

	guest_random "$1" "${3-131072}" "bzImage $version"
	head -c 4096 /dev/zero | dd of="$1" conv=notrunc status=none
	_poke "$1" 0x1f1 '\x07' # setup sectors: the payload's part begins at 4096
	_poke "$1" 0x1fe '\x55\xaaXXHdrS\x0f\x02'
	_poke "$1" 0x202 'HdrS'
	_poke "$1" 0x20e '\x00\x04' # the version string, at 0x600
	_poke "$1" 0x236 '\x03\x00' # 64-bit entry point
	_poke "$1" 0x248 '\x00\x01\x00\x00\x00\x10\x00\x00'
	printf '%s\0' "$version" | dd of="$1" bs=1 seek=$((0x600)) conv=notrunc status=none
	_poke "$1" 4352 '\xfd7zXZ\x00'
}

# shellcheck disable=SC2016 # perl's dollars
guest_vmlinux() { # FILE [NOTE]...
	local file=$1

	shift
	perl -e '
		sub note { pack("LLLa4", 4, length $_[1], $_[0], "Xen") . $_[1] }
		my (%type, $notes, $old) = (PV => 1, PVH => 18);
		for (@ARGV) {
			if ($_ eq "old") { $old = "GUEST_OS=linux,GUEST_VER=2.6,XEN_VER=xen-3.0,LOADER=generic\0"; next }
			$notes .= note(6, "linux\0\0\0") . note($type{$_}, pack("Q", 0x1000));
		}
		$notes .= pack("LLLa4", 4, 20, 3, "GNU") . "b" x 20;
		srand 5;
		my $body = pack("L*", map { int rand 65536 } 1 .. 75000);
		substr($body, 180000, length $notes) = $notes;
		substr($body, 240000, 60) = "Linux version %s\0Linux version 6.9.0-inside (me\@here) #1 SMP\n\0";
		substr($body, 280000, length $old) = $old if $old;
		print pack("a4C12SSLQQQLSSSSSS", "\x7fELF", 2, 1, 1, (0) x 9, 2, 62, 1, 0x1000, 64, 0, 0, 64, 56, 2, 0, 0, 0),
			pack("LLQQQQQQ", 1, 5, 4096, 0, 0, length $body, length $body, 4096),
			pack("LLQQQQQQ", 4, 4, 4096 + 180000, 0, 0, length $notes, length $notes, 4),
			"\0" x (4096 - 64 - 112), $body;
	' "$@" >"$file"
}

guest_pack() { # FORMAT FILE OUT
	case $1 in
	gzip) gzip -nc "$2" >"$3" ;;
	xz) xz --check=crc32 --x86 --lzma2=dict=1MiB -c "$2" >"$3" ;;
	zstd) zstd -q -19 -c "$2" >"$3" ;;
	lz4) lz4 -q -l -c "$2" >"$3" ;;
	bzip2) bzip2 -c "$2" >"$3" ;;
	lzma) xz --format=lzma -c "$2" >"$3" ;;
	lzo) printf '\x89LZO\0\r\n\x1a\n1234' >"$3" ;;
	esac
}

# The size of what is unpacked is behind all payloads but gzip's, which has it in its own.
guest_bzimage_of() { # PAYLOAD FILE
	guest_bzimage "$2" '6.9.0-outside (me@here) #1 SMP' 8192
	perl -e '
		my ($head, $payload);
		{ local (@ARGV, $/) = $ARGV[1]; $head = <>; }
		{ local (@ARGV, $/) = $ARGV[0]; $payload = <>; }
		$payload .= pack("L", $ARGV[2]) if $payload !~ /^\x1f\x8b/;
		substr($head, 0x248, 8) = pack("LL", 4096, length $payload);
		print $head, $payload, "\0" x 100;
	' "$1" "$2" 300000 >"$2.new"
	mv "$2.new" "$2"
}

guest_zboot_of() { # PAYLOAD FILE
	perl -e '
		local $/;
		my $payload = <>;
		print pack("a4a4LLx8a4", "MZ", "zimg", 4096, length $payload, "gzip"), "\0" x (0x3c - 28), pack("L", 64),
			pack("a4S", "PE", 0xaa64), "\0" x (4096 - 70), $payload;
	' "$1" >"$2"
}

guest_elf() { # FILE
	guest_random "$1" 70000 ELF
	_poke "$1" 0 '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00'
}

guest_arm64() { # FILE
	guest_random "$1" 70000 arm64
	_poke "$1" 0x38 'ARM\x64'
}

# ---- trees -----------------------------------------------------------------------

guest_boot_tree() { # DIR
	mkdir -p "$1"
	guest_bzimage "$1/vmlinuz-6.1.0"
	guest_random "$1/initrd.img-6.1.0" 300000
	ln -s vmlinuz-6.1.0 "$1/vmlinuz"
	ln -s initrd.img-6.1.0 "$1/initrd"
}

guest_tree() { # DIR
	mkdir -p "$1/etc" "$1/lib/modules/6.1.0-guest" "$1/usr" "$1/var"
	guest_boot_tree "$1/boot"
	ln -s boot/vmlinuz-6.1.0 "$1/vmlinuz"
	ln -s boot/initrd.img-6.1.0 "$1/initrd.img"
	: >"$1/etc/fstab"
}

# ---- filesystems -----------------------------------------------------------------

guest_fs() { # TYPE FILE MEGABYTES TREE [OPTION...]
	local type=$1 file=$2 size=$3 tree=$4

	shift 4
	rm -f "$file"
	case $type in
	ext2 | ext3 | ext4)
		truncate -s "${size}M" "$file"
		mke2fs -q -F -t "$type" -E root_owner=0:0 -d "$tree" "$@" "$file" ;;
	btrfs)
		truncate -s "${size}M" "$file"
		mkfs.btrfs -q -f --mixed -r "$tree" "$@" "$file" ;;
	squashfs) mksquashfs "$tree" "$file" -quiet -no-progress -noappend "$@" ;;
	erofs) mkfs.erofs "$@" "$file" "$tree" >/dev/null ;;
	f2fs)
		truncate -s "${size}M" "$file"
		mkfs.f2fs -q "$@" "$file" >/dev/null
		sload.f2fs -f "$tree" "$file" >/dev/null ;;
	iso9660) xorriso -as mkisofs -quiet -R "$@" -o "$file" "$tree" 2>/dev/null ;;
	xfs)
		_guest_prototype "$tree" >"$file.proto"
		truncate -s "${size}M" "$file"
		# The three variables allow filesystems under 300 MB: xfsprogs' own tests use them.
		TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 mkfs.xfs -q -f -p "$file.proto" "$@" "$file"
		rm "$file.proto" ;;
	*) return 1 ;;
	esac
}

# mkfs.xfs's description of a tree: names hold neither blanks nor newlines.
_guest_prototype() { # TREE
	echo /
	echo 0 0
	echo 'd--755 0 0'
	_guest_prototype_of "$1"
	echo '$'
}

_guest_prototype_of() { # DIRECTORY
	local path name

	for path in "$1"/* "$1"/.[!.]*; do
		name=${path##*/}
		if [ -L "$path" ]; then
			echo "$name l--777 0 0 $(readlink "$path")"
		elif [ -d "$path" ]; then
			echo "$name d--755 0 0"
			_guest_prototype_of "$path"
			echo '$'
		elif [ -f "$path" ]; then
			echo "$name ---644 0 0 $path"
		fi
	done
}

# ---- disks -----------------------------------------------------------------------

_mebibytes() { # FILE: rounded up
	echo $((($(stat -c %s "$1") + 1048575) / 1048576))
}

# Each partition begins at a mebibyte; a logical one has a mebibyte for its own table before it.
guest_disk() { # gpt|dos IMG PART...
	local table=$1 img=$2 part file keys at=1 logical='' size script copies=() i

	shift 2
	script="label: $table"$'\n'
	for part; do
		if [ "$part" = extended ]; then
			script+="start=${at}MiB, type=5"$'\n'
			logical=1
			continue
		fi
		file=${part%%:*}
		keys=''
		[ "$part" = "$file" ] || keys=", ${part#*:}"
		[ -z "$logical" ] || at=$((at + 1))
		size=$(_mebibytes "$file")
		script+="start=${at}MiB, size=${size}MiB${keys//:/, }"$'\n'
		copies+=("$file" "$at")
		at=$((at + size))
	done
	rm -f "$img"
	truncate -s $((at + 1))M "$img"
	sfdisk -q "$img" <<<"$script" >/dev/null
	for ((i = 0; i < ${#copies[@]}; i += 2)); do
		dd if="${copies[i]}" of="$img" bs=1M seek="${copies[i + 1]}" conv=notrunc,sparse status=none
	done
}
