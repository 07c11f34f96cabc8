"""What browsers and papers get that others have made (a stylesheet, typefaces): fetched by npm as package-lock.json says.

    python -m config.npm          what the pages need
    python -m config.npm dev      and what the tests look at them with

Only the files named here are served or printed with; nothing is built. npm is the machine's own, or the one of the `node` group.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# What is served, by the name under which pages ask for it.
SERVED = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    **{
        f"be-vietnam-pro-{part}-{weight}.woff2": f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{part}-{weight}-normal.woff2"
        for part in ("latin", "latin-ext", "vietnamese")
        for weight in (400, 500, 600, 700)
    },
}
# What papers are printed with: a typeface as wide as Times New Roman, with every Vietnamese letter.
PRINTED_WITH = {
    f"Tinos_{style}.ttf": f"@expo-google-fonts/tinos/{style}/Tinos_{style}.ttf"
    for style in ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
}
FOLDERS = {"served": SERVED, "papers": PRINTED_WITH}


def prepare(*, dev: bool, project: Path = PROJECT) -> None:
    """Installs what package-lock.json names, unless it was done before; ends with a sentence when it cannot."""
    lock = hashlib.sha256((project / "package-lock.json").read_bytes()).hexdigest()
    note = project / "node_modules" / "installed.txt"
    wanted = [f"{lock} dev"] if dev else [f"{lock} dev", lock]
    if note.exists() and note.read_text(encoding="utf-8") in wanted and _is_there(project):
        return
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node.js, or run the command through make, which fetches it.")
    print("Installing the stylesheet and the typefaces of package-lock.json ...", file=sys.stderr, flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*command, *([] if dev else ["--omit=dev"])], cwd=project, stdout=sys.stderr, check=False
    )
    if done.returncode != 0:
        sys.exit(
            "The packages of npm could not be installed (npm says why above). Check that its registry can be reached"
            " (behind a proxy set HTTPS_PROXY) and run the same command again."
        )
    _put(project)
    note.write_text(f"{lock} dev" if dev else lock, encoding="utf-8")


def _is_there(project: Path) -> bool:
    modules = project / "node_modules"
    return all((modules / folder / name).exists() for folder, files in FOLDERS.items() for name in files)


def _put(project: Path) -> None:
    modules = project / "node_modules"
    for folder, files in FOLDERS.items():
        (modules / folder).mkdir(exist_ok=True)
        for name, source in files.items():
            shutil.copyfile(modules / source, modules / folder / name)


if __name__ == "__main__":
    prepare(dev=sys.argv[1:] == ["dev"])
