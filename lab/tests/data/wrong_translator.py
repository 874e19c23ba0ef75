#!/usr/bin/env python3
"""The example translator with one mistake: `wrong_translator.py FAULT`; `none` makes none."""

import importlib.util
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "translator.py"
spec = importlib.util.spec_from_file_location("translator", EXAMPLE)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)
right = example.Translator


class ForgetsAnException(right):
    def row(self, key):
        row = super().row(key)
        return {**row, "variable": "MM_EMAILSETTINGS_SMTPAUTH"} if key == "email_smtp_auth" else row


class JoinsListsByCommas(right):
    def joined(self, read):
        joined = super().joined(read)
        return joined.replace(" ", ",") if len(read) > 1 else joined


class TakesNilForText(right):
    def printed(self, key, form, value):
        return super().printed(key, form, "nil" if value is None else value)


class DropsUnknownKeys(right):
    def translate(self, settings):
        answer = super().translate(settings)
        answer["untranslatable"] = [it for it in answer["untranslatable"] if it["why"] != "unknown key"]
        return answer


class IgnoresCase(right):
    def row(self, key):
        return super().row(key.lower())


class QuotesNumbers(right):
    def as_variable(self, kind, read):
        text = super().as_variable(kind, read)
        return f'"{text}"' if kind == "int" else text


class LetsSettingsWin(right):
    def explicit(self, mattermost):
        explicit = super().explicit(mattermost)
        variables = [self.row(key).get("variable") for key in mattermost if not self.row(key).get("kept")]
        return {name: text for name, text in explicit.items() if name not in variables}


class ForgetsTheDefaultPort(right):
    def listen_address(self, mattermost):
        return super().listen_address(mattermost).removesuffix(":8065")


class KeepsBackslashes(right):
    def as_variable(self, kind, read):
        return super().as_variable(kind, read).replace("\\", "\\\\")


class KnowsAsciiOnly(right):
    def as_variable(self, kind, read):
        return super().as_variable(kind, read).encode("ascii", "replace").decode()


class StripsBlanks(right):
    def as_variable(self, kind, read):
        return super().as_variable(kind, read).strip()


class BelievesTheTable(right):
    def row(self, key):
        row = super().row(key)
        wrong = {**row, "variable": "MM_WEBRTCSETTINGS_STUN_URI"}
        return wrong if key == "webrtc_gateway_stun_uri" else row


class LeavesEmptyTextsOut(right):
    def translate(self, settings):
        answer = super().translate(settings)
        answer["env"] = {name: text for name, text in answer["env"].items() if text}
        return answer


class SwapsTwoSettings(right):
    def translate(self, settings):
        answer = super().translate(settings)
        env, both = answer["env"], ("MM_SERVICESETTINGS_READTIMEOUT", "MM_SERVICESETTINGS_WRITETIMEOUT")
        if all(name in env for name in both):
            env.update(zip(both, [env[name] for name in reversed(both)]))
        return answer


class ForgetsGitLabsHost(right):
    def with_gitlab_host(self, text, calls):
        return text


class DiesOfUnicode(right):
    def as_variable(self, kind, read):
        text = super().as_variable(kind, read)
        if not text.isascii():
            print("cannot encode that", file=sys.stderr)
            sys.exit(3)
        return text


class FallsSilent(right):
    def as_variable(self, kind, read):
        text = super().as_variable(kind, read)
        if text == "ten":
            time.sleep(3600)
        return text


FAULTS = {
    "none": right,
    "forgets-an-exception": ForgetsAnException,
    "joins-lists-by-commas": JoinsListsByCommas,
    "takes-nil-for-text": TakesNilForText,
    "drops-unknown-keys": DropsUnknownKeys,
    "ignores-case": IgnoresCase,
    "quotes-numbers": QuotesNumbers,
    "lets-settings-win": LetsSettingsWin,
    "forgets-the-default-port": ForgetsTheDefaultPort,
    "keeps-backslashes": KeepsBackslashes,
    "knows-ascii-only": KnowsAsciiOnly,
    "strips-blanks": StripsBlanks,
    "believes-the-table": BelievesTheTable,
    "leaves-empty-texts-out": LeavesEmptyTextsOut,
    "swaps-two-settings": SwapsTwoSettings,
    "forgets-gitlabs-host": ForgetsGitLabsHost,
    "dies-of-unicode": DiesOfUnicode,
    "falls-silent": FallsSilent,
}

if __name__ == "__main__":
    example.main(FAULTS[sys.argv[1]]())
