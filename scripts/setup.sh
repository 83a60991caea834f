#!/bin/sh
# Makes .venv out of requirements.lock, or mends one that was left half-made. Called by make; harmless to run again.
#
# .venv/.ready holds the folder it was made for: a copied or moved checkout makes its own, never runs another's code.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
venv=.venv

say() { printf '%s\n' "$@" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Sets $python, or stops and says what to install. PYTHON=/path/to/python takes the place of the search.
find_python() {
    without_pip=""
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.13 python3.12 python3.11 python3 python
    fi
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && is_new_enough "$name" || continue
        if can_make_venv "$name"; then
            python=$name
            return
        fi
        without_pip=${without_pip:-$name}
    done
    if [ -n "$without_pip" ]; then
        version=$("$without_pip" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "Python $version is here, but without the module that makes virtual environments." \
            "  do: on Debian or Ubuntu, apt install python$version-venv; then run make again"
    else
        say "No Python 3.11 or newer was found (tried: $*)." \
            "  do: install one, or name it: make PYTHON=/path/to/python3"
    fi
    exit 2
}

# Turns pip's many lines into one that moves on a terminal, and into a line for every fortieth package elsewhere.
show_progress() {
    total=$(grep -c '^[A-Za-z0-9]' requirements.lock)
    if [ -t 2 ]; then start='\r\033[K' end=''; else start='' end='\n'; fi
    n=0
    while read -r word rest; do
        case $word in
        Collecting | Processing | Requirement)
            n=$((n + 1))
            if [ -t 2 ] || [ $((n % 40)) -eq 0 ]; then
                printf "$start  %d of at most %d packages$end" "$n" "$total" >&2
            fi
            ;;
        Installing) printf "$start  unpacking and compiling$end" >&2 ;;
        esac
    done
    printf "$start" >&2
}

install() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input install "$@"; }

if [ -e "$venv" ]; then
    made_for=$(cat "$venv/.ready" 2>/dev/null || true)
    if [ -e "$venv/.unfinished" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        say "Set-up: $venv was left half-made or no longer starts; making it anew"
        rm -rf "$venv"
    elif [ -n "$made_for" ] && [ "$made_for" != "$here" ]; then
        say "Set-up: $venv was made for another folder; making it anew"
        rm -rf "$venv"
    elif ! is_new_enough "$venv/bin/python"; then
        say "Set-up: $venv has a Python older than 3.11; making it anew"
        rm -rf "$venv"
    fi
fi

if [ ! -e "$venv" ]; then
    find_python
    say "Set-up: making $venv with $("$python" --version) (once; about 350 MB to download, a few minutes)"
    mkdir "$venv"
    : >"$venv/.unfinished"
    "$python" -m venv "$venv"
else
    say "Set-up: bringing $venv up to date with requirements.lock"
    : >"$venv/.unfinished"
fi

rm -f "$venv/.installed" "$venv/.ready"
# The marker carries pip's success through the pipe: plain sh has no pipefail.
{ install --require-hashes -r requirements.lock && : >"$venv/.installed"; } | show_progress
if [ ! -e "$venv/.installed" ]; then
    say "Set-up: the packages of requirements.lock could not be installed; pip's message is above." \
        "  do: check the network and free disk space (2 GB), then run make again"
    exit 2
fi
# setuptools is in the lock, so the package itself needs nothing more from outside.
install --quiet --no-deps --no-build-isolation --editable .
rm -f "$venv/.installed" "$venv/.unfinished"
printf '%s\n' "$here" >"$venv/.ready"
say "Set-up: done"
