#!/bin/sh
# Everything .ci/run runs. Arguments are handed to pytest (./kaoji test -k journal).
set -eu
cd "$(dirname "$0")/.."
B=.venv/bin
# what one process compiles the others read: both workers and every program the tests start
unset PYTHONDONTWRITEBYTECODE
echo "== format and lint"
$B/ruff format --check -q .
$B/ruff check -q .
echo "== types"
$B/mypy workflow forms cases config.py wsgi.py
echo "== import contracts"
$B/lint-imports --no-cache
echo "== tests"
# one worker more than cores: tests wait for disks, browsers and databases a third of their time
WORKERS=${KAOJI_TEST_WORKERS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}
exec $B/pytest -n "$WORKERS" "$@"
