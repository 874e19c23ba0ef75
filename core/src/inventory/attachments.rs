//! The users' files that the database knows, held against those that are there.

use super::contents::{Attachments, File, Folder, Target};

/// More names than this are not kept.
const KEPT: usize = 1000;

impl Attachments {
    /// Holds rows, each a path and a size, against the folder of the users' files.
    pub fn of(rows: impl IntoIterator<Item = (String, u64)>, data: &Folder) -> Self {
        let mut found = Self::default();
        for (path, size) in rows {
            found.rows += 1;
            // A slash at the start means nothing there; a backslash is doubled in lists.
            let path = path.trim_start_matches('/').replace('\\', "\\\\");
            let is_there = match data.files.get(&path) {
                Some(File::Plain { size: found, .. }) => *found == size,
                Some(File::Link { leads_to: Some(Target::File { size: found, .. }), .. }) => *found == size,
                // What is inside is listed under its own name, which the row does not tell.
                Some(File::Link { leads_to: Some(Target::Inside), .. }) => true,
                _ => false,
            };
            if !is_there {
                found.missing += 1;
                found.missing_paths.push(path);
            }
        }
        found.missing_paths.sort_unstable();
        found.missing_paths.truncate(KEPT);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_its_file_if_path_and_size_are_the_same() {
        let file = |size| File::Plain { size, sha256: String::new() };
        let data = Folder { files: [("a/b".to_owned(), file(3)), ("c\\\\d".to_owned(), file(4))].into() };
        let rows = [("/a/b", 3), ("a/b", 4), ("c\\d", 4), ("e", 1)];
        let found = Attachments::of(rows.map(|(path, size)| (path.to_owned(), size)), &data);
        assert_eq!((found.rows, found.missing), (4, 2));
        assert_eq!(found.missing_paths, ["a/b", "e"]);
    }
}
