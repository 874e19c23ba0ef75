//! Users' files elsewhere than in `data`, by Mattermost's own settings: the right folder is backed up and put back.

use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

use super::installation::{Installation, refused, succeeded};
use super::server::Server;

#[test]
fn the_folder_that_mattermost_keeps_its_files_in_is_backed_up_and_put_back() {
    let server = Server::start();
    for by_variable in [false, true] {
        let folder = server.folder(&format!("store-{by_variable}"));
        let it = Installation::new(&server, &format!("original_{by_variable}"), &folder, 3);
        let store = folder.join("store");
        fs::rename(it.home.join("data"), &store).unwrap();
        fs::create_dir(it.home.join("data")).unwrap();
        let setting = if by_variable {
            fs::write(it.gitlab.join("env/MM_FILESETTINGS_DIRECTORY"), store.to_str().unwrap()).unwrap();
            "{}".to_owned()
        } else {
            serde_json::json!({"FileSettings": {"DriverName": "local", "Directory": store}}).to_string()
        };
        fs::write(it.home.join("config.json"), setting).unwrap();
        let env = it.gitlab.join("env");
        let place = ["--env-dir", env.to_str().unwrap()];
        let to = folder.join("backups");
        let backup = it.command(&["backup", "--to", to.to_str().unwrap()]).args(place).output().unwrap();
        let said = String::from_utf8_lossy(&backup.stderr).into_owned();
        let text = succeeded(&backup);
        assert!(!said.contains("have no file"), "{said}");
        let set = text.lines().next().unwrap();
        assert!(succeeded(&it.command(&["verify", set]).output().unwrap()).contains("each with its file"));
        fs::remove_dir_all(store.join("20211123")).unwrap();
        succeeded(&it.command(&["restore", set]).args(place).output().unwrap());
        assert_eq!(fs::read_dir(store.join("20211123")).unwrap().count(), 3, "by variable: {by_variable}");
        assert_eq!(fs::read_dir(it.home.join("data")).unwrap().count(), 0);
        succeeded(&it.command(&["restore", "--forget"]).args(place).output().unwrap());
    }
}

#[test]
fn files_in_s3_are_told_and_not_counted_as_lost() {
    let server = Server::start();
    let folder = server.folder("s3");
    let it = Installation::new(&server, "original", &folder, 3);
    fs::remove_dir_all(it.home.join("data")).unwrap();
    fs::write(it.home.join("config.json"), r#"{"FileSettings": {"DriverName": "amazons3"}}"#).unwrap();
    let backup = it.command(&["backup", "--to", folder.join("backups").to_str().unwrap()]).output().unwrap();
    let said = String::from_utf8_lossy(&backup.stderr).into_owned();
    let text = succeeded(&backup);
    assert!(said.contains("kept in S3") && !said.contains("have no file"), "{said}");
    let verified = succeeded(&it.command(&["verify", text.lines().next().unwrap()]).output().unwrap());
    assert!(verified.contains("not checked  attachments") && verified.contains("S3"), "{verified}");
}

#[test]
fn a_file_that_is_lost_is_a_finding_until_somebody_accepts_it_and_that_is_recorded() {
    let server = Server::start();
    let folder = server.folder("lost");
    let it = Installation::new(&server, "original", &folder, 3);
    fs::remove_file(it.home.join("data/20211123/f1")).unwrap();
    let to = folder.join("backups");
    let back_up = ["backup", "--format", "json", "--to", to.to_str().unwrap()];
    let made = |more: &[&str], code: i32, outcome: &str| {
        let output = it.command(&back_up).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["findings"][0]["outcome"], outcome, "{report}");
        (report["path"].as_str().unwrap().to_owned(), report["manifest"]["accepted"].clone())
    };
    let (set, accepted) = made(&[], 1, "failed");
    assert_eq!(accepted, serde_json::json!([]));
    let verify = |set: &str, more: &[&str]| it.command(&["verify", set]).args(more).output().unwrap();
    let restore = |set: &str, more: &[&str]| it.command(&["restore", set]).args(more).output().unwrap();
    let output = verify(&set, &[]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(1) && text.contains("as when the backup was made: `20211123/f1`"), "{text}");
    assert!(refused(&restore(&set, &[]), 1).contains("--accept attachments"));
    assert!(succeeded(&verify(&set, &["--accept", "attachments"])).contains("accepted     attachments"));

    let (set, accepted) = made(&["--accept", "attachments"], 0, "accepted");
    assert_eq!(accepted, serde_json::json!(["attachments"]));
    assert!(succeeded(&verify(&set, &[])).contains("accepted     attachments"));
    assert!(succeeded(&restore(&set, &[])).contains("accepted: 1 of 3 rows of fileinfo"));
    // What is lost later is another finding.
    it.sql("UPDATE fileinfo SET size = 1 WHERE path LIKE '%f2'");
    let (set, _) = made(&["--accept", "attachments"], 0, "accepted");
    assert!(succeeded(&verify(&set, &[])).contains("2 of 3"));
}

#[test]
fn a_config_that_is_none_is_not_backed_up_and_one_in_the_database_needs_none() {
    let server = Server::start();
    let folder = server.folder("config");
    let it = Installation::new(&server, "original", &folder, 1);
    let to = folder.join("backups");
    let back_up = || it.command(&["backup", "--to", to.to_str().unwrap()]).output().unwrap();
    for (text, reason) in
        [("", "it is empty"), ("{\"ServiceSettings\": {", "cut off"), ("{\"a\": 1}", "another program")]
    {
        fs::write(it.home.join("config.json"), text).unwrap();
        let complaint = refused(&back_up(), 2);
        assert!(complaint.contains(reason), "{complaint}");
    }
    fs::remove_file(it.home.join("config.json")).unwrap();
    assert!(refused(&back_up(), 2).contains("config.json"));
    it.sql("CREATE TABLE configurations (id varchar(26), value text); INSERT INTO configurations VALUES ('a', '{}')");
    let text = succeeded(&back_up());
    let verified = succeeded(&it.command(&["verify", text.lines().next().unwrap()]).output().unwrap());
    assert!(verified.contains("the configuration is in the database"), "{verified}");
}

#[test]
fn a_folder_of_roots_that_only_mattermosts_account_names_is_not_taken_for_its_files() {
    if !nix::unistd::geteuid().is_root() {
        let demanded = std::env::var_os("LAB_REQUIRE_ACCOUNTS").is_some();
        assert!(!demanded, "only root has a second account, and `LAB_REQUIRE_ACCOUNTS` is set");
        eprintln!("not tried: this user has no second account");
        return;
    }
    let server = Server::start();
    let folder = server.folder("named");
    let it = Installation::new(&server, "original", &folder, 1);
    let roots = folder.join("roots");
    fs::create_dir(&roots).unwrap();
    fs::write(roots.join("readable"), "root's").unwrap();
    let config = it.home.join("config.json");
    fs::write(&config, serde_json::json!({"FileSettings": {"Directory": roots}}).to_string()).unwrap();
    chown(&config, Some(65534), Some(65534)).unwrap();
    let to = folder.join("backups");
    let arguments = ["backup", "--to", to.to_str().unwrap()];
    let complaint = refused(&it.command(&arguments).output().unwrap(), 2);
    assert!(complaint.contains("is not its account's") && complaint.contains("--data"), "{complaint}");
    // Whoever calls may mean it.
    let text = succeeded(
        &it.command(&arguments).args(["--accept", "attachments", "--data", roots.to_str().unwrap()]).output().unwrap(),
    );
    let list = format!("tar -tzf {}/mattermost_data_*", text.lines().next().unwrap());
    let listed = Command::new("sh").args(["-c", &list]).output().unwrap().stdout;
    assert!(String::from_utf8_lossy(&listed).contains("data/readable"));
}
