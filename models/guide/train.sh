#!/bin/sh
# Trains the guide anew from the text in corpus/, and judges it: an hour and three quarters on one processor core.
# What it needs (Python 3.10 or newer; PyTorch, from PyPI) goes into a folder of its own beside this file.
#
#     models/guide/train.sh [--minutes 100] [--threads 1] …
set -eu
here=$(dirname "$0")
if [ ! -x "$here/.venv/bin/python" ]; then
  python3 -m venv "$here/.venv"
  "$here/.venv/bin/pip" install -r "$here/training/requirements.txt"
fi
"$here/.venv/bin/python" "$here/training/train.py" "$@"
"$here/../../node_modules/.bin/node" "$here/../../scripts/guide/judge.ts"
