//! `mattermost-lab translate` from outside: status, stdout and stderr exactly.

use crate::program::program;
use serde_json::Value;

const OLD: &str = "mattermost['webrtc_gateway_stun_uri'] = 'stun:x'\nmattermost['team_allow_public_link'] = true\n\
                   mattermost['uid'] = 1234\nmattermost['email_smtp_password'] = \"it's\"\n";

#[test]
fn prints_an_object_of_the_published_shape() {
    let output: Value = serde_json::from_str(&program(&["translate", "-"]).stdin(OLD).output()).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../../schemas/translation.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&output).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(output["env"]["MM_WEBRTCSETTINGS_STUNURI"], "stun:x");
    assert_eq!(output["keep"][0], "uid");
    assert_eq!(output["differences"].as_array().unwrap().len(), 2);
}

#[test]
fn the_ruby_block_reads_back_to_the_same_env() {
    let warning = "warning: `mattermost['team_allow_public_link']` is left out: reaches nothing in 10.8\n";
    let block = program(&["translate", "-", "--format", "ruby"]).stdin(OLD).stderr(warning).output();
    assert_eq!(
        block,
        "mattermost['env'] = {\n  'MM_EMAILSETTINGS_SMTPPASSWORD' => 'it\\'s',\n  'MM_WEBRTCSETTINGS_STUNURI' => 'stun:x'\n}\n"
    );
    let again: Value = serde_json::from_str(&program(&["translate", "-"]).stdin(&block).output()).unwrap();
    let first: Value = serde_json::from_str(&program(&["translate", "-"]).stdin(OLD).output()).unwrap();
    assert_eq!(again["keep_env"], first["env"]);
    let urls = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://chat.example.com'\n";
    let env = program(&["env", "-", "--gitlab-version", "11.0"]).stdin(&format!("{urls}{block}")).output();
    let env: Value = serde_json::from_str(&env).unwrap();
    assert_eq!(env["MM_EMAILSETTINGS_SMTPPASSWORD"], "it's");
}

#[test]
fn the_documents_names_are_given_on_request() {
    let old = "mattermost['webrtc_gateway_stun_uri'] = 'stun:x'\n";
    let expected = "MM_WEBRTCSETTINGS_STUN_URI='stun:x'\n";
    program(&["translate", "-", "--format", "dotenv", "--as-documented"]).stdin(old).stdout(expected).check();
}

#[test]
fn a_value_that_only_ruby_could_tell_can_be_given() {
    let old = "mattermost['email_smtp_password'] = ENV['SMTP_PASSWORD']\n";
    let error = "{\"error\":{\"kind\":\"unknown_value\",\"stage\":\"deriving\",\
                 \"detail\":\"mattermost['email_smtp_password']\"}}\n";
    program(&["translate", "-"]).stdin(old).status(1).stdout(error).any_stderr().check();
    let given = ["translate", "-", "--env-var", "SMTP_PASSWORD=x", "--format", "dotenv"];
    program(&given).stdin(old).stdout("MM_EMAILSETTINGS_SMTPPASSWORD='x'\n").check();
}

#[test]
fn a_file_that_is_not_there_and_a_format_that_does_not_exist_are_wrong_usage() {
    let error = "error: cannot read `no/such/file`: No such file or directory (os error 2)\n";
    program(&["translate", "no/such/file"]).status(2).stderr(error).check();
    program(&["translate", "-", "--format", "yaml"]).status(2).any_stderr().check();
}
