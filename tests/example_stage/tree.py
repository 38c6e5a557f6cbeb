"""tree - the sources with the example stage added to them

python3 tree.py FOLDER makes or renews such a copy.  A file that is as it was keeps its time, so that it is not built again.
"""

import filecmp
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]


def sources():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (TOP / name).is_file()]


def make(folder):
    """A copy with the stage in it, outside of any repository; raises CalledProcessError where the patch does not apply."""
    for name in sources():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, folder / name)
    shutil.copytree(HERE / "example", folder / "stages/example")
    subprocess.run(["git", "apply", str(HERE / "stage.patch")], cwd=folder, check=True)


def renew(fresh, folder):
    """Makes folder what fresh is, and touches nothing that is so already."""
    kept = set()
    for path in fresh.rglob("*"):
        there = folder / path.relative_to(fresh)
        kept.add(there)
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True)
        elif not there.is_file() or not filecmp.cmp(path, there, shallow=False):
            shutil.copy(path, there)
    for path in folder.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        make(pathlib.Path(made) / "tree")
        renew(pathlib.Path(made) / "tree", pathlib.Path(sys.argv[1]))
