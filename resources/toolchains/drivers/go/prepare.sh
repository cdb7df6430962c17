#!/bin/sh
# Once for each version of Go: writes down where the compiled standard library lies, so that build.sh
# can call compiler and linker by themselves. Arguments: go, folder to write to, packages.
set -e
go=$1 prepared=$2
shift 2
# Alone: two builds that index the standard library for the first time at once can miss parts of it.
"$go" list std > /dev/null
"$go" env GOTOOLDIR > "$prepared/tools"
mkdir -p "$prepared/packages"
# Packages that this version does not have are left out.
"$go" list -e -deps -export -f '{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}' "$@" |
  while IFS='=' read -r path archive; do
    case $archive in
      "$GOCACHE"/*)
        # Go empties its cache now and then.
        kept=$prepared/packages/$(echo "$path" | tr / _).a
        cp "$archive" "$kept"
        archive=$kept
        ;;
    esac
    echo "packagefile $path=$archive" >> "$prepared/link"
    case /$path/ in
      # As the go command does, no program is let into the inner parts of the library.
      */internal/* | /vendor/*) ;;
      *) echo "packagefile $path=$archive" >> "$prepared/compile" ;;
    esac
  done
