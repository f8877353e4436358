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
exec $B/pytest -n "${KAOJI_TEST_WORKERS:-2}" "$@"
