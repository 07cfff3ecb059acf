#!/bin/sh
# Make .venv and install one pinned group of requirements into it: site, check or test.
# Called by the Makefile; says what is missing when it cannot.
set -eu
group=$1
venv=.venv

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11, 5) <= sys.version_info[:3] < (3, 14))' 2>/dev/null
}

# A .venv that was left half made, or whose Python is gone, is made again.
if ! suits "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    found=
    for python in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if suits "$python"; then found=$python; break; fi
    done
    if [ -z "$found" ]; then
        echo "Python 3.11.5 to 3.13 is needed, and none of python3.11, python3.12, python3.13," >&2
        echo "python3 or python here is one. Install it, or name it: make PYTHON=/path/to/python3" >&2
        exit 1
    fi
    echo "Making $venv with $("$found" --version)"
    rm -rf "$venv"
    if ! "$found" -m venv "$venv"; then
        echo "Python's venv module is missing or broken (on Debian: apt install python3-venv)." >&2
        rm -rf "$venv"
        exit 1
    fi
fi

echo "Installing requirements/$group.txt into $venv"
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "requirements/$group.txt"; then
    echo "Installing requirements/$group.txt failed: see pip's lines above. It needs the network" >&2
    echo "and, for the test group, about 4 GB of disk and a machine that TensorFlow has packages" >&2
    echo "for (64-bit Linux, Windows, Macs with Apple silicon). Then run the same command again." >&2
    exit 1
fi
if [ "$group" = test ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --require-hashes -r requirements/pytorch.txt || true
    if ! "$venv/bin/python" -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("torch"))'; then
        echo "PyTorch's build for processors is not here; what needs it is skipped. It is pinned" >&2
        echo "for Linux and Python 3.11, and lies among PyTorch's own packages for the CPU: let" >&2
        echo "pip look there as well (PIP_EXTRA_INDEX_URL), remove .venv/.test and run again." >&2
    fi
fi
# So that plain `.venv/bin/mkdocs` finds extensions/, as `python -m mkdocs` does; other
# programs see nothing of it.
"$venv/bin/python" -c 'import os, sysconfig
with open(os.path.join(sysconfig.get_path("purelib"), "guide.pth"), "w") as file:
    mkdocs = "any(a.endswith(\x27mkdocs\x27) for a in sys.orig_argv[:2])"
    file.write(f"import sys; {mkdocs} and sys.path.append({os.getcwd()!r})\n")'

# Each group contains the one before it.
case $group in
    site) groups="site" ;;
    check) groups="site check" ;;
    test) groups="site check test" ;;
esac
for each in $groups; do touch "$venv/.$each"; done
