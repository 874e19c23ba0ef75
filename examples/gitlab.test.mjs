// A test of a program that signs its users in with GitLab: `node --test examples/gitlab.test.mjs`, nothing to install.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

const callback = "http://localhost:3000/callback";
let server, gitlab;

before(async () => {
  const program = process.env.MATTERMOST_LAB ?? "mattermost-lab";
  const flags = ["--control", "127.0.0.1:0", "--app", `notes,${callback}`, "--format", "json"];
  server = spawn(program, ["serve", "gitlab", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout })) {
    gitlab = JSON.parse(line);
    break;
  }
});

after(() => server.kill());

/** What the callback gets after the user has clicked Authorize. */
async function authorize(user) {
  const { client_id } = gitlab.applications[0];
  const query = new URLSearchParams({ response_type: "code", state: "s1", client_id, redirect_uri: callback });
  const answer = await fetch(`${gitlab.control}/users/${user}/authorize`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ url: `/oauth/authorize?${query}` }),
  });
  return new URL((await answer.json()).location).searchParams;
}

/** What the program under test does with the code. */
function redeem(code) {
  const { client_id, client_secret } = gitlab.applications[0];
  const form = { grant_type: "authorization_code", code, redirect_uri: callback, client_id, client_secret };
  return fetch(`${gitlab.url}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
}

test("a user signs in", async () => {
  const answer = await authorize("alice");
  assert.equal(answer.get("state"), "s1");
  const { access_token } = await (await redeem(answer.get("code"))).json();
  const user = await fetch(`${gitlab.url}/api/v4/user`, { headers: { Authorization: `Bearer ${access_token}` } });
  assert.equal((await user.json()).username, "alice");
});

test("a code works once", async () => {
  const code = (await authorize("bob")).get("code");
  assert.equal((await redeem(code)).status, 200);
  assert.equal((await (await redeem(code)).json()).error, "invalid_grant");
});
