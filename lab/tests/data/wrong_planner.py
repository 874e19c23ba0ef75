#!/usr/bin/env python3
"""The built-in planner with one mistake: `wrong_planner.py LAB FAULT`, where LAB is the lab's program.

`skips-a-stop` leaves one required stop out, `says-little` gives the essentials of a plan alone and is no mistake.
"""

import json
import subprocess
import sys

LAB, FAULT = sys.argv[1:]
right = subprocess.Popen([LAB, "answer", "planner"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(line):
    print(json.dumps(line), flush=True)


hello = json.loads(right.stdout.readline())
say({**hello, "abilities": ["plan"] if FAULT == "says-little" else hello["abilities"]})
for question in sys.stdin:
    right.stdin.write(question)
    right.stdin.flush()
    reply = json.loads(right.stdout.readline())
    plan = reply.get("answer")
    if plan and FAULT == "skips-a-stop":
        plan["hops"] = [hop for hop in plan["hops"] if hop["to"]["gitlab"] != "13.1.11"]
    if plan and FAULT == "says-little":
        essentials = ("from", "to", "hops", "concerns")
        reply["answer"] = {name: plan[name] for name in essentials}
    say(reply)
