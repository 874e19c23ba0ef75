//! Settings and secrets: put back on request alone, into files that hold more, with the old ones kept beside them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::installation::{Installation, refused, succeeded};
use super::server::Server;

#[test]
fn settings_and_secrets_come_back_on_request_and_the_old_ones_are_kept_until_told_otherwise() {
    let server = Server::start();
    let folder = server.folder("settings");
    let it = Installation::new(&server, "original", &folder, 2);
    let first = it.state();
    let set = it.back_up_all(&folder.join("backups"));
    it.change_settings();
    let second = it.state();
    assert_ne!(first, second);

    let output = it.with_settings(it.restore(&set)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    succeeded(&output);
    assert!(said.contains("were not put back; `--settings` does that"), "{said}");
    assert!(it.state() == second, "settings changed without being asked for");
    succeeded(&it.command(&["restore", "--forget"]).output().unwrap());

    // Others work on files of GitLab: what is theirs stays, in both files.
    let (settings, secrets) = (it.gitlab.join("gitlab.rb"), it.gitlab.join("gitlab-secrets.json"));
    let plan = succeeded(&it.restore_all(&set).arg("--dry-run").output().unwrap());
    for words in ["sed 3,6d ", "gitlab.rb | sed '/^external_url /d' >> ", "jq --slurp", "chown -hR --reference="] {
        assert!(plan.contains(words), "{words}\n{plan}");
    }
    assert!(!plan.contains("second") && it.state() == second, "{plan}");
    let output = it.restore_all(&set).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = succeeded(&output);
    assert!(said.contains("run `gitlab-ctl reconfigure`"), "{said}");
    assert!(it.state() == first);
    let kept = |name: &str| {
        let lines = text.lines().filter_map(|line| line.strip_suffix(" is kept"));
        let mut kept = lines.filter(|line| line.contains(&format!("/{name}.before-")));
        kept.next().unwrap_or_else(|| panic!("{name} is not kept: {text}")).to_owned()
    };
    assert!(fs::read_to_string(kept("gitlab.rb")).unwrap().contains("second"));
    assert!(fs::read_to_string(format!("{}/MM_SECOND", kept("env"))).unwrap() == "second");
    let secret = kept("gitlab-secrets.json");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    succeeded(&it.command(&["restore", "--forget"]).output().unwrap());
    assert!(!fs::exists(&secret).unwrap(), "what was kept is forgotten with the rest");

    // On a machine that has none of these files yet.
    fs::remove_file(&settings).unwrap();
    fs::remove_file(&secrets).unwrap();
    succeeded(&it.restore_all(&set).output().unwrap());
    let settings = fs::read_to_string(&settings).unwrap();
    assert!(
        settings.contains("external_url 'http://gitlab.example.com'") && settings.contains("'first'"),
        "{settings}"
    );
    assert!(!fs::read_to_string(&secrets).unwrap().contains("gitlabs-own"));
    assert_eq!(fs::metadata(&secrets).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn settings_that_cannot_be_put_back_safely_are_left_to_a_person_before_anything_is_touched() {
    let server = Server::start();
    let folder = server.folder("refused");
    let it = Installation::new(&server, "original", &folder, 1);
    let plain = it.back_up(&folder.join("plain"));
    let set = it.back_up_all(&folder.join("backups"));
    let settings = it.gitlab.join("gitlab.rb");
    fs::write(&settings, "mattermost['enable'] = true if 1 == 1\n").unwrap();
    it.sql("DELETE FROM posts");
    let before = it.state();
    let complaint = refused(&it.restore_all(&set).output().unwrap(), 2);
    assert!(complaint.contains("nothing was changed") && complaint.contains("line 1 of the present"), "{complaint}");
    let complaint = refused(&it.restore_all(&plain).output().unwrap(), 2);
    assert!(complaint.contains("the backup has nothing that `--settings` could put back"), "{complaint}");
    let mut placeless = it.restore(&set);
    let complaint = refused(&placeless.args(["--settings"]).output().unwrap(), 2);
    assert!(complaint.contains("nobody said where `env` and `gitlab.rb` of the backup go"), "{complaint}");
    assert!(it.state() == before && it.runs());
}
