#!/bin/sh
# Create or update .venv: the package, editable, with every development tool. Called by `make venv`.
set -eu
python=${PYTHON:-python3}

command -v "$python" >/dev/null 2>&1 || {
    echo "make venv: no $python found. Install Python 3.11 or later, or run: make venv PYTHON=/path/to/python" >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "make venv: algesia needs Python 3.11 or later; $("$python" --version 2>&1) found. Run: make venv PYTHON=python3.11" >&2
    exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "make venv: this Python cannot create environments. On Debian or Ubuntu install the package python3-venv." >&2
    exit 1
}
echo "Creating .venv with $("$python" --version); the first time takes about a minute."
[ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null || "$python" -m venv --clear .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
