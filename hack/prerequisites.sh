#!/bin/sh
# Checks for the tools that a machine must bring along: one line each, exit code 1 when something is missing.
set -u
missing=0

# report NAME NEEDED FOUND: FOUND is a version, or empty. Compares major.minor only.
report() {
  name=$1 needed=$2 found=$3
  if [ -z "$found" ]; then
    echo "missing  $name >= $needed: not found on PATH"
    missing=1
  elif [ "$(printf '%s\n%s\n' "$needed" "$found" | sort -t. -k1,1n -k2,2n | head -n 1)" != "$needed" ]; then
    echo "missing  $name >= $needed: found $found"
    missing=1
  else
    echo "ok       $name $found"
  fi
}

# version_of COMMAND...: the first version number that the command prints, or nothing.
version_of() {
  "$@" 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1
}

report make 3.81 "$(version_of make --version)"
report Node 20.0 "$(version_of node --version)"
report npm 10.0 "$(version_of npm --version)"
report Go 1.26 "$(version_of go version)"
exit "$missing"
