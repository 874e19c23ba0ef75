//! Servers that stand while other commands speak with them, and what those write.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::call::{Call, canary_in, raw_in};
use super::files::{Files, TURNED, canary};

/// How long a server may take to stand.
const WITHIN: Duration = Duration::from_secs(120);

/// What each of them is asked for.
const SERVERS: [(&str, &str); 4] =
    [("serve gitlab", "json"), ("up", "json"), ("serve gitlab", "text"), ("up", "pretty")];

/// A command that stands until it is told to end.
struct Server {
    name: String,
    child: Child,
    streams: [String; 2],
}

impl Server {
    fn start(files: &Files, command: &str, format: &str) -> Self {
        let name = format!("{command} --format {format}");
        let streams = ["stdout", "stderr"].map(|stream| files.path(&format!("{}.{stream}", name.replace(' ', "-"))));
        let [stdout, stderr] = [&streams[0], &streams[1]].map(|path| File::create(path).unwrap());
        let (flag, file) = if command == "up" { ("--gitlab-rb", "up.rb") } else { ("--seed", "seed.json") };
        let child = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
            .args(command.split(' '))
            .args(["--format", format, flag, &files.path(file)])
            .env("LAB_POSTGRES", "local")
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        let server = Self { name, child, streams };
        let start = Instant::now();
        // A person is told several lines, a program one.
        let last = if format == "pretty" { "Ctrl-C stops everything\n" } else { "\n" };
        while !server.said()[0].ends_with(last) {
            assert!(start.elapsed() < WITHIN, "{}: {:?}", server.name, server.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn said(&self) -> [String; 2] {
        [0, 1].map(|index: usize| fs::read_to_string(&self.streams[index]).unwrap())
    }

    /// The place that it told.
    fn place(&self, name: &str) -> String {
        let told: Value = serde_json::from_str(&self.said()[0]).unwrap();
        told[name].as_str().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// All of them.
pub struct Standing {
    servers: Vec<Server>,
}

impl Standing {
    pub fn start(files: &Files) -> Self {
        let servers = SERVERS.iter().take(2).map(|(command, format)| Server::start(files, command, format));
        Self { servers: servers.collect() }
    }

    /// The commands that these are, with their forms.
    pub fn kinds(&self) -> impl Iterator<Item = (String, String)> {
        SERVERS.iter().map(|(command, format)| ((*command).to_owned(), (*format).to_owned()))
    }

    /// Commands that speak with them, and those that read what came of it.
    pub fn calls(&self, files: &Files) -> Vec<Call> {
        let (gitlab, lab) = (self.servers[0].place("url"), &self.servers[1]);
        let mut calls = Vec::new();
        let [pretty, json] = ["pretty", "json"].map(|format| files.path(&format!("report-{format}")));
        for (format, report) in [("pretty", &pretty), ("json", &json)] {
            let subject = format!("url:{gitlab}");
            let seed = files.path("seed.json");
            let token = files.path("token");
            let only = "17_oauth2_sequence/a-new-user-signs-up-through-gitlab";
            let flags = ["--gitlab", &subject, "--gitlab-seed", &seed, "--gitlab-admin-token-file", &token];
            let call =
                Call::of("run").with(&flags).with(&["--postgres", "local", "--only", only, "--report-dir", report]);
            calls.push(call.format(format).shows(&["17_oauth2_sequence"]));
        }
        let record = |report: &str| format!("{report}/events.jsonl");
        let feature = files.path(&format!("{TURNED}.feature"));
        for format in ["pretty", "json"] {
            let [report, merged] = ["turned", "merged"].map(|name| files.path(&format!("{name}-{format}")));
            let call = Call::of("run").with(&[&feature, "--postgres", "local", "--report-dir", &report]).fails();
            calls.push(call.format(format).turned());
            let call = Call::of("report merge").with(&[&record(&report), "--report-dir", &merged]).fails();
            calls.push(call.format(format).turned());
            calls.push(Call::of("list").with(&[&feature]).format(format).turned());
            let call = Call::of("report diff").with(&[record(&pretty), record(&report)]);
            calls.push(call.format(format).turned());
            calls.push(Call::of("report durations").with(&[record(&report)]).turned());
        }
        for format in ["pretty", "json"] {
            calls.push(Call::of("report merge").with(&[record(&pretty)]).format(format).shows(&["17_oauth2_sequence"]));
            calls.push(Call::of("report diff").with(&[record(&pretty), record(&json)]).format(format));
            calls.push(Call::of("report matrix").with(&[record(&pretty)]).format(format).fails());
        }
        calls.push(Call::of("report durations").with(&[record(&pretty)]).shows(&["17_oauth2_sequence"]));
        let (mattermost, standing) = (lab.place("mattermost"), lab.place("gitlab"));
        for format in ["text", "json", "mermaid", "svg"] {
            let flags = ["--mattermost", &mattermost, "--gitlab", &standing];
            let login = ["--login", "alice", "--password-file", &files.path("password")];
            calls.push(Call::of("trace").with(&flags).with(&login).format(format).shows(&["/oauth/authorize"]));
        }
        for format in ["text", "json"] {
            let call = Call::of("replay").with(&[&files.path("transcript.json"), "--fail-on", "any"]);
            calls.push(call.format(format).shows(&["told"]).fails().turned());
        }
        calls.push(
            Call::of("provider init")
                .with(&[&gitlab, "--profile", "gitlab", "--client-id", "kept-id"])
                .shows(&["kept-id"]),
        );
        let source = format!("postgres://mm:{}@127.0.0.1:1/mattermost?sslmode=disable", canary("standin"));
        let once = ["--listen", "127.0.0.1:0", "--database-attempts", "1", "--database-interval-ms", "1"];
        let server = Call::of("serve mattermost")
            .with(&once)
            .env("MM_SQLSETTINGS_DATASOURCE", &source)
            .env("MM_GITLABSETTINGS_SECRET", &canary("secret"));
        calls.push(server.fails());
        calls
    }

    /// What is wrong with what the servers said, and with reports that were written.
    pub fn faults(mut self, files: &Files) -> Vec<String> {
        let mut faults = Vec::new();
        self.servers.extend(SERVERS.iter().skip(2).map(|(command, format)| Server::start(files, command, format)));
        for server in &self.servers {
            faults.extend(canary_in(&server.said().concat()).map(|found| format!("{}: shows {found}", server.name)));
            faults.extend(raw_in(&server.said().concat()).map(|raw| format!("{}: writes raw {raw}", server.name)));
        }
        let reports = ["report-pretty", "report-json", "turned-pretty", "turned-json", "merged-pretty", "merged-json"];
        for report in reports {
            let mut count = 0;
            look_into(files.path(report).as_ref(), &mut |path| {
                let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
                faults.extend(canary_in(&text).map(|found| format!("{}: has {found}", path.display())));
                faults.extend(raw_in(&text).map(|raw| format!("{}: has raw {raw}", path.display())));
                count += 1;
            });
            faults.extend((count < 4).then(|| format!("`{report}` has {count} files")));
        }
        faults
    }
}

/// Every file below a folder.
fn look_into(folder: &Path, look: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { look_into(&path, look) } else { look(&path) }
    }
}
