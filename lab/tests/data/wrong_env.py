#!/usr/bin/env python3
"""The built-in translator with a wrong env: `wrong_env.py LAB` gives every server another site URL."""

import json
import subprocess
import sys

lab = subprocess.Popen([sys.argv[1], "answer", "translator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(lab.stdout.readline(), end="", flush=True)
for question in sys.stdin:
    lab.stdin.write(question)
    lab.stdin.flush()
    answer = json.loads(lab.stdout.readline())
    env = (answer.get("answer") or {}).get("env") if json.loads(question)["ask"] == "env" else None
    if env:
        env["MM_SERVICESETTINGS_SITEURL"] = "http://elsewhere.example.com"
    print(json.dumps(answer), flush=True)
