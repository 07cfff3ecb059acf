"""TensorFlow.js, one file of its package, fetched with npm into .cache/:

    python -m tools.tfjs        prints where it is

For one row of the matrix of runtimes; nothing else needs it, or npm and Node.
"""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from tools.record import ROOT

PACKAGE, VERSION = "@tensorflow/tfjs", "4.22.0"
SHA256 = "56505c191e24116787477b3bb5bb1cc0cf1c2bdce8112b9c402a8a2d31cf2f00"
FOLDER = ROOT / ".cache" / "tfjs"
FILE = FOLDER / "package" / "dist" / "tf.min.js"


def fetched() -> Path:
    """The path of tf.min.js; RuntimeError that says what is missing."""
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        raise RuntimeError(f"TensorFlow.js needs {' and '.join(missing)} on the PATH")
    if not FILE.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"npm could not fetch {PACKAGE}: {done.stderr[-300:]}")
        archive = FOLDER / done.stdout.split()[-1]
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != SHA256:
            raise RuntimeError(f"{archive.name}: expected sha256 {SHA256}, got {found}")
        with tarfile.open(archive) as packed:
            packed.extract("package/dist/tf.min.js", FOLDER, filter="data")
    return FILE


if __name__ == "__main__":
    try:
        print(fetched())
    except RuntimeError as error:
        raise SystemExit(str(error)) from None
