//! Posts, users and files as people leave them: few words often and many words seldom, ids without a pattern, pictures.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How many words there are.
const WORDS: usize = 4000;

/// Users and channels.
const USERS: u64 = 500;

/// A post in so many has a file.
const POSTS_PER_FILE: u64 = 400;

/// Bytes of a file: pictures, which do not compress.
const FILE: usize = 40_000;

/// Writes statements with about `bytes` of data for psql, and the files they speak of.
pub fn write(to: impl Write, data: &Path, bytes: u64) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, to);
    let mut dice = Dice(42);
    let words: Vec<String> = (0..WORDS).map(|_| dice.word()).collect();
    let users: Vec<String> = (0..USERS).map(|_| dice.id()).collect();
    let channels: Vec<String> = (0..USERS / 5).map(|_| dice.id()).collect();
    writeln!(
        to,
        "COPY users (id, createat, updateat, deleteat, username, email, authservice, authdata, roles) FROM stdin;"
    )?;
    for (number, id) in users.iter().enumerate() {
        writeln!(
            to,
            "{id}\t1600000000000\t1600000000000\t0\tuser{number}\tuser{number}@example.com\tgitlab\t{number}\tsystem_user"
        )?;
    }
    writeln!(to, "\\.")?;
    let mut files = Vec::new();
    writeln!(
        to,
        "COPY posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, parentid, originalid, \
         message, type, props, hashtags, filenames, fileids, hasreactions) FROM stdin;"
    )?;
    let (mut written, mut number, mut time) = (0, 0, 1_600_000_000_000_u64);
    let mut root = String::new();
    while written < bytes {
        time += dice.below(60_000);
        let id = dice.id();
        let attached = if number % POSTS_PER_FILE == 0 {
            files.push((dice.id(), id.clone(), time));
            format!("[\"{}\"]", files[files.len() - 1].0)
        } else {
            "[]".to_owned()
        };
        let line = format!(
            "{id}\t{time}\t{time}\t0\t0\tf\t{}\t{}\t{root}\t{root}\t\t{}\t\t{{\"disable_group_highlight\":true}}\t\t[]\t{attached}\tf\n",
            dice.of(&users),
            dice.of(&channels),
            dice.message(&words)
        );
        written += line.len() as u64;
        number += 1;
        to.write_all(line.as_bytes())?;
        root = if dice.below(3) == 0 { id } else { String::new() };
    }
    writeln!(
        to,
        "\\.\nCOPY fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, name, extension, size, mimetype) FROM stdin;"
    )?;
    for (id, post, time) in &files {
        let path = format!("20211123/teams/noteam/channels/{}/{id}.png", dice.of(&channels));
        let place = data.join(&path);
        fs::create_dir_all(place.parent().unwrap_or(data))?;
        let content: Vec<u8> = (0..FILE / 8).flat_map(|_| dice.next().to_le_bytes()).collect();
        fs::write(place, &content)?;
        writeln!(
            to,
            "{id}\t{}\t{post}\t{time}\t{time}\t0\t{path}\tpicture.png\tpng\t{}\timage/png",
            dice.of(&users),
            content.len()
        )?;
    }
    writeln!(to, "\\.")?;
    to.flush()
}

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn of<'a>(&mut self, list: &'a [String]) -> &'a str {
        &list[self.below(list.len() as u64) as usize]
    }

    /// 26 characters, as Mattermost makes them.
    fn id(&mut self) -> String {
        (0..26).map(|_| char::from(b"ybndrfg8ejkmcpqxot1uwisza345h769"[self.below(32) as usize])).collect()
    }

    fn word(&mut self) -> String {
        let letters = 2 + self.below(8);
        (0..letters)
            .map(|_| char::from(b"etaoinshrdlucmfwypvbgkjqxz"[(self.below(26) * self.below(26) / 26) as usize]))
            .collect()
    }

    fn message(&mut self, words: &[String]) -> String {
        let count = 1 + self.below(12) * self.below(12) / 2;
        let mut text = String::new();
        for _ in 0..count {
            // The product prefers the first words of the list.
            let rank = self.below(WORDS as u64) * self.below(WORDS as u64) / WORDS as u64;
            text.push_str(&words[rank as usize]);
            text.push_str(if self.below(12) == 0 { ".\\n" } else { " " });
        }
        text
    }
}
