//! The program `mattermost-lab` as its users meet it.

fn main() {}
