use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use super::*;

/// Text that compresses, and some that does not, over several members.
fn content(size: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    (0..size)
        .map(|index| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            if (index / 4096) % 3 == 0 { state.to_le_bytes()[0] } else { b"abcdefgh"[state as usize % 8] }
        })
        .collect()
}

fn write(path: &Path, content: &[u8]) -> FileFacts {
    let mut writer = GzipWriter::new(File::create(path).unwrap());
    for piece in content.chunks(70_001) {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap()
}

fn read(path: &Path) -> std::io::Result<(Vec<u8>, FileFacts)> {
    let mut reader = GzipReader::new(File::open(path)?);
    let mut found = Vec::new();
    reader.read_to_end(&mut found)?;
    Ok((found, reader.finish()?))
}

#[test]
fn gunzip_and_this_program_read_what_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.gz");
    for size in [0, 1, MEMBER - 1, MEMBER, MEMBER + 1, 3 * MEMBER + 17] {
        let content = content(size);
        let written = write(&path, &content);
        assert_eq!(written.size, fs::metadata(&path).unwrap().len());
        let (found, facts) = read(&path).unwrap();
        assert!(found == content && facts == written, "{size}");
        let gunzip = Command::new("gzip").arg("-dc").arg(&path).output().unwrap();
        assert!(gunzip.status.success() && gunzip.stdout == content, "{size}");
    }
}

#[test]
fn what_gzip_writes_is_read_joined_files_included() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, path) = (folder.path().join("it"), folder.path().join("it.gz"));
    let content = content(MEMBER + 5);
    fs::write(&plain, &content).unwrap();
    let gzip = Command::new("gzip").arg("-kf").arg(&plain).status().unwrap();
    assert!(gzip.success());
    assert!(read(&path).unwrap().0 == content);
    let twice = [fs::read(&path).unwrap(), fs::read(&path).unwrap()].concat();
    fs::write(&path, twice).unwrap();
    assert!(read(&path).unwrap().0 == [content.clone(), content].concat());
}

#[test]
fn a_file_cut_short_or_changed_is_an_error_or_tells_by_its_sum() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.gz");
    let written = write(&path, &content(2 * MEMBER + 5));
    let whole = fs::read(&path).unwrap();
    for position in (0..whole.len()).step_by(whole.len() / 60) {
        fs::write(&path, &whole[..position]).unwrap();
        // Between two members a gzip file may end: there the size tells.
        assert!(read(&path).map_or(true, |(_, facts)| facts != written), "cut at {position}");
        let mut changed = whole.clone();
        changed[position] ^= 0x10;
        fs::write(&path, &changed).unwrap();
        assert!(read(&path).map_or(true, |(_, facts)| facts != written), "changed at {position}");
    }
}
