#!/bin/sh
# Makes requirements.lock anew: every package, for every system and Python >= 3.11, with the hashes of all its files.
#
# One lock, not two: what a report is rendered with and what it is tested with can then never drift apart.
# `sh scripts/lock.sh --upgrade` takes the newest versions the ranges allow; without it pins move only where they must.
set -eu
cd "$(dirname "$0")/.."
for uv in "${UV:-}" uv .venv/bin/uv; do
    [ -n "$uv" ] && command -v "$uv" >/dev/null 2>&1 && break
    uv=""
done
if [ -z "$uv" ]; then
    printf '%s\n' "make lock needs uv, and only make lock does." "  do: pip install uv, or name it: make lock UV=/path/to/uv" >&2
    exit 2
fi
# setuptools builds the package itself; with it in the lock the set-up asks nothing that is not hashed.
printf 'setuptools>=77\n' | "$uv" pip compile --quiet --universal --python-version 3.11 --extra test \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    --output-file requirements.lock "$@" pyproject.toml -
printf 'requirements.lock: %s packages\n' "$(grep -c '^[A-Za-z0-9]' requirements.lock)"
