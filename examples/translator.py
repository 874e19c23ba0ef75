#!/usr/bin/env python3
"""A translator of GitLab 10.x settings for Mattermost, as a program that the lab asks:

    mattermost-lab run --translator "cmd:python3 examples/translator.py" --only 16_before_11_0

It says hello, then answers one line of JSON with one line of JSON until its input ends. Copy it, put your own
translation in the place of `translate`, and keep `main`. The lines are described by
lab/schemas/program-protocol.schema.json.
"""

import json
import math
import sys
from pathlib import Path

TABLE = Path(__file__).parent / "translation-table.json"


class Untranslatable(Exception):
    """No variable can take the setting over; the text says why."""


class Refused(Exception):
    """The package itself would have stopped at these settings."""


class Translator:
    def __init__(self):
        rows = json.loads(TABLE.read_text(encoding="utf-8"))
        self.table = {row["key"]: row for row in rows}

    def translate(self, settings):
        """From the settings, already read, to what becomes of them. `calls` are lines like external_url '…'."""
        calls, mattermost = settings["calls"], settings["sections"].get("mattermost", {})
        env, keep, untranslatable = {}, [], []
        explicit = self.explicit(mattermost)
        for key in sorted(mattermost):
            row = self.row(key)
            if row.get("kept"):
                keep.append(key)
                continue
            try:
                text = self.landed(key, row, mattermost[key])
            except Untranslatable as why:
                untranslatable.append({"key": key, "why": str(why)})
                continue
            if row["variable"] not in explicit:
                env[row["variable"]] = text
        keep_env = self.kept_variables(keep, mattermost, calls)
        keep_env.update(explicit)
        differences = [self.row(key)["difference"] for key in sorted(mattermost) if self.row(key).get("difference")]
        return {
            "env": env,
            "keep": keep,
            "keep_env": keep_env,
            "untranslatable": untranslatable,
            "differences": differences,
        }

    def row(self, key):
        return self.table.get(key, {})

    def explicit(self, mattermost):
        """What mattermost['env'] sets already: it wins over every setting."""
        env = mattermost.get("env")
        return {name: ruby_text(value) for name, value in env.items()} if isinstance(env, dict) else {}

    def kept_variables(self, keep, mattermost, calls):
        """The variables that 11.0 itself makes of the settings that stay."""
        variables = {}
        for key in keep:
            variable = self.row(key).get("variable")
            if variable is None:
                continue
            text = ruby_text(mattermost[key])
            if key in ("service_address", "service_port"):
                text = self.listen_address(mattermost)
            if key == "service_allowed_untrusted_internal_connections" and "mattermost_external_url" in calls:
                text = self.with_gitlab_host(text, calls)
            variables[variable] = text
        return variables

    def listen_address(self, mattermost):
        address = ruby_text(mattermost.get("service_address", "127.0.0.1"))
        return address + ":" + ruby_text(mattermost.get("service_port", "8065"))

    def with_gitlab_host(self, text, calls):
        if "external_url" not in calls:
            return text
        host = ruby_text(calls["external_url"]).split("://", 1)[-1]
        for end in "/:?#":
            host = host.split(end, 1)[0]
        return f"{text} {host}"

    def landed(self, key, row, value):
        """The text that the variable must have: the package printed the value into config.json, Mattermost read it."""
        if not row or row.get("kind") == "unknown":
            raise Untranslatable("unknown key")
        if row.get("variable") is None:
            raise Untranslatable("there is no such field in Mattermost")
        if row["type"] == "hash":
            raise Untranslatable("a map cannot be given as an environment variable")
        try:
            read = json.loads(self.printed(key, row["form"], value), parse_constant=no_constant)
        except ValueError as error:
            raise Untranslatable("its value makes config.json unreadable") from error
        if row["type"] == "list":
            return self.joined(read)
        if read is None:
            raise Untranslatable("its value is null in config.json, so the default counts")
        if isinstance(read, (list, dict)):
            raise Untranslatable("its value makes config.json unreadable")
        return self.as_variable(row["type"], read)

    def printed(self, key, form, value):
        if form == "quoted":
            return f'"{ruby_text(value)}"'
        if form == "elements":
            if not isinstance(value, list):
                raise Refused("no_method", f"mattermost['{key}']")
            return "[" + ",".join(f'"{ruby_text(element)}"' for element in value) + "]"
        return ruby_text(value)

    def joined(self, read):
        if not isinstance(read, list) or not all(isinstance(element, str) for element in read):
            raise Untranslatable("its value makes config.json unreadable")
        if len(read) > 1 and any(" " in element for element in read):
            raise Untranslatable("an element with a space cannot be part of a list in an environment variable")
        return " ".join(read)

    def as_variable(self, kind, read):
        if isinstance(read, str):
            return read
        if isinstance(read, bool):
            return str(read).lower()
        if kind == "int":
            return str(math.trunc(read))
        if kind == "bool" and (isinstance(read, float) or read not in (0, 1)):
            return str(read != 0).lower()
        return str(read)


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def ruby_text(value):
    """What Ruby's to_s gives."""
    if value is None:
        return ""
    return value if isinstance(value, str) else inspected(value)


def inspected(value):
    """What Ruby's inspect gives, up to Ruby 3.3."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(inspected(element) for element in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(name)}=>{inspected(it)}" for name, it in value.items()) + "}"
    return str(value)


def quoted(text):
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    for sign in "{$@":
        text = text.replace("#" + sign, "\\#" + sign)
    return f'"{text}"'


def say(line):
    # ensure_ascii keeps every answer on one line of plain text; flush, or the lab waits for ever.
    print(json.dumps(line), flush=True)


def main(translator):
    say({"protocol": 1, "name": "example translator in Python", "abilities": ["translate"]})
    for line in sys.stdin:
        question = json.loads(line)
        try:
            say({"id": question["id"], "answer": translator.translate(question["settings"])})
        except Refused as refused:
            kind, detail = refused.args
            say({"id": question["id"], "error": {"kind": kind, "detail": detail}})


if __name__ == "__main__":
    main(Translator())
