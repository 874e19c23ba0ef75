#!/usr/bin/env python3
"""Tells what is in the program: `sbom` as CycloneDX 1.5 in JSON, `licences` with the text of every licence.

Both come from `cargo metadata`: the packages that the program is linked from on Linux, without those that only tests and
build scripts use. A package that names no licence is an error.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

PROGRAM = "gitlab-mattermost-lab"
TARGET = "x86_64-unknown-linux-gnu"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def packages():
    """The program first, then its packages by name, and what each of them needs."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    known = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    linked = lambda dependency: any(kind["kind"] is None for kind in dependency["dep_kinds"])
    needs = {key: sorted(it["pkg"] for it in node["deps"] if linked(it)) for key, node in nodes.items()}
    program = next(key for key, package in known.items() if package["name"] == PROGRAM)
    found, waiting = {program}, [program]
    while waiting:
        new = set(needs[waiting.pop()]) - found
        found |= new
        waiting.extend(new)
    others = sorted(found - {program}, key=lambda key: (known[key]["name"], known[key]["version"]))
    return [known[key] for key in [program, *others]], needs


def licence(package):
    """The expression, in today's spelling: `MIT/Apache-2.0` was how crates said it before."""
    if not package["license"]:
        sys.exit(f"bill-of-materials: {package['name']} {package['version']} names no licence")
    return package["license"].replace("/", " OR ")


def purl(package):
    return f"pkg:cargo/{quote(package['name'])}@{quote(package['version'])}"


def component(package, kind="library"):
    entry = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"]}
    entry["licenses"] = [{"expression": licence(package)}]
    entry["purl"] = purl(package)
    if package["repository"]:
        entry["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return entry


def sbom():
    [program, *others], needs = packages()
    references = {package["id"]: purl(package) for package in [program, *others]}
    graph = [
        {"ref": reference, "dependsOn": [references[need] for need in needs[key]]}
        for key, reference in references.items()
    ]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(program, "application")},
        "components": [component(package) for package in others],
        "dependencies": graph,
    }
    print(json.dumps(document, indent=1))


def texts(package):
    folder = Path(package["manifest_path"]).parent
    files = (path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))
    return [path.read_text(errors="replace").strip() for path in sorted(files)]


def licences():
    [_, *others], _ = packages()
    others = [package for package in others if package["source"]]
    print("mattermost-lab is under the Apache License 2.0 (LICENSE). These packages are linked into it:\n")
    for package in others:
        print(f"{package['name']} {package['version']}: {licence(package)}")
    # Many packages share a text word for word; it stands here once, with all of them above it.
    owners = {}
    for package in others:
        for text in texts(package):
            owners.setdefault(text, []).append(f"{package['name']} {package['version']}")
    for text, names in owners.items():
        print("\n" + "=" * 100 + "\n" + ", ".join(dict.fromkeys(names)) + "\n" + "-" * 100 + f"\n{text}")


if __name__ == "__main__":
    kinds = {"sbom": sbom, "licences": licences}
    if len(sys.argv) != 2 or sys.argv[1] not in kinds:
        sys.exit("usage: ci/bill-of-materials.py sbom | licences")
    kinds[sys.argv[1]]()
