#!/usr/bin/env bash
# Write requirements/*.txt anew from pyproject.toml: newest versions, with hashes, for every
# Python that the project supports. Needs uv (python3 -m pip install uv); installing does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Keep index addresses of the machine that locks out of what is committed.
lock() {
    local name=$1
    shift
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate \
        --custom-compile-command "scripts/lock.sh" --output-file "requirements/$name.txt" "$@"
}

# Everything is solved together first, so that the four files never disagree.
lock all --upgrade --group build --group test --group bench --group docs
trap 'rm -f requirements/all.txt' EXIT
lock run --constraint requirements/all.txt --group build
lock test --constraint requirements/all.txt --group build --group test
lock bench --constraint requirements/all.txt --group build --group test --group bench
lock docs --constraint requirements/all.txt --group build --group test --group docs
