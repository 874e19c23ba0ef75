"""A test of a program that signs its users in with GitLab: `pytest examples/test_gitlab.py`, nothing else to install."""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

CALLBACK = "http://localhost:3000/callback"


@pytest.fixture
def gitlab():
    program = os.environ.get("MATTERMOST_LAB", "mattermost-lab")
    flags = ["--control", "127.0.0.1:0", "--app", f"notes,{CALLBACK}", "--format", "json"]
    with subprocess.Popen([program, "serve", "gitlab", *flags], stdout=subprocess.PIPE) as server:
        yield json.loads(server.stdout.readline())
        server.terminate()


def ask(url, form=None, order=None):
    """The JSON that a form or an order is answered with."""
    body = urllib.parse.urlencode(form) if form else json.dumps(order) if order else None
    request = urllib.request.Request(url, body and body.encode())
    if order:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def authorize(gitlab, user="alice"):
    """What the callback gets after the user has clicked Authorize."""
    client = {"client_id": gitlab["applications"][0]["client_id"], "redirect_uri": CALLBACK}
    query = urllib.parse.urlencode({"response_type": "code", "state": "s1", **client})
    order = {"url": f"/oauth/authorize?{query}"}
    location = ask(f"{gitlab['control']}/users/{user}/authorize", order=order)["location"]
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def redeem(gitlab, code):
    """What the program under test does with the code."""
    application = gitlab["applications"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
    }
    return ask(f"{gitlab['url']}/oauth/token", form=form)


def test_a_user_signs_in(gitlab):
    callback = authorize(gitlab)
    assert callback["state"] == "s1"
    token = redeem(gitlab, callback["code"])["access_token"]
    assert ask(f"{gitlab['url']}/api/v4/user?access_token={token}")["username"] == "alice"


def test_a_code_works_once(gitlab):
    code = authorize(gitlab)["code"]
    redeem(gitlab, code)
    with pytest.raises(urllib.error.HTTPError) as refused:
        redeem(gitlab, code)
    assert json.load(refused.value)["error"] == "invalid_grant"


def test_a_code_is_good_for_ten_minutes(gitlab):
    code = authorize(gitlab)["code"]
    ask(f"{gitlab['control']}/clock", order={"advance_seconds": 601})
    with pytest.raises(urllib.error.HTTPError):
        redeem(gitlab, code)
