//! Posts and the files that belong to them.

use serde_json::Value;
use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::number::{bigint, number};

/// How many posts of a channel are read: a page of the API.
const PAGE: i64 = 60;

/// A row of the post table.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) created_at: u64,
    pub(crate) user_id: String,
    pub(crate) channel_id: String,
    pub(crate) message: String,
    pub(crate) file_ids: Vec<String>,
}

/// A row of the file table.
#[derive(Debug, Clone)]
pub(crate) struct KeptFile {
    pub(crate) id: String,
    pub(crate) creator_id: String,
    /// Empty until a post has it.
    pub(crate) post_id: String,
    pub(crate) created_at: u64,
    /// Below the folder of files.
    pub(crate) path: String,
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    /// Its media type.
    pub(crate) kind: String,
}

impl Store {
    /// Keeps a post with its properties.
    pub(crate) async fn create_post(&self, post: &Post, props: &Value) -> Result<(), StoreError> {
        // Which columns there are, and of which type, depends on the version of the database.
        let sql = "INSERT INTO posts SELECT * FROM json_populate_record(NULL::posts, json_build_object('id', $1::text, \
                   'createat', $2::bigint, 'updateat', $2::bigint, 'editat', 0, 'deleteat', 0, 'ispinned', false, \
                   'userid', $3::text, 'channelid', $4::text, 'rootid', '', 'parentid', '', 'originalid', '', \
                   'message', $5::text, 'type', '', 'props', $6::text::json, 'hashtags', '', 'filenames', '[]', \
                   'fileids', $7::text, 'hasreactions', false))";
        let files = Value::from(post.file_ids.clone()).to_string();
        let at = bigint(post.created_at);
        let mut database = self.connections.lease().await?;
        let (props, Post { id, user_id, channel_id, message, .. }) = (props.to_string(), post);
        database.execute(sql, &[id, &at, user_id, channel_id, message, &props, &files]).await?;
        Ok(())
    }

    /// The latest posts of a channel, the latest first.
    pub(crate) async fn posts_of(&self, channel_id: &str) -> Result<Vec<Post>, StoreError> {
        let sql = "SELECT id, createat, userid, channelid, message, fileids FROM posts WHERE channelid = $1 AND deleteat = 0 \
                   ORDER BY createat DESC, id LIMIT $2";
        let rows = self.connections.lease().await?.rows(sql, &[&channel_id, &PAGE]).await?;
        Ok(rows.iter().map(post).collect())
    }

    /// Notes which post has the files that its writer has uploaded for it.
    pub(crate) async fn attach_files(&self, post: &Post) -> Result<(), StoreError> {
        let sql = "UPDATE fileinfo SET postid = $1 WHERE id = ANY($2) AND creatorid = $3 AND postid = ''";
        let mut database = self.connections.lease().await?;
        database.execute(sql, &[&post.id, &post.file_ids, &post.user_id]).await?;
        Ok(())
    }

    /// Keeps what is known of a file.
    pub(crate) async fn create_file(&self, file: &KeptFile) -> Result<(), StoreError> {
        let sql = "INSERT INTO fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, \
                   name, extension, size, mimetype, width, height, haspreviewimage) VALUES ($1, $2, '', $3, $3, 0, $4, '', '', \
                   $5, $6, $7, $8, 0, 0, false)";
        let (at, size) = (bigint(file.created_at), bigint(file.size));
        let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let mut database = self.connections.lease().await?;
        let KeptFile { id, creator_id, path, name, kind, .. } = file;
        database.execute(sql, &[id, creator_id, &at, path, name, &extension, &size, kind]).await?;
        Ok(())
    }

    /// The file with this id.
    pub(crate) async fn file(&self, id: &str) -> Result<Option<KeptFile>, StoreError> {
        let sql = "SELECT id, creatorid, postid, createat, path, name, size, mimetype FROM fileinfo WHERE id = $1 AND deleteat = 0";
        let row = self.connections.lease().await?.optional(sql, &[&id]).await?;
        Ok(row.map(|row| KeptFile {
            id: row.get(0),
            creator_id: row.get(1),
            post_id: row.get::<_, Option<String>>(2).unwrap_or_default(),
            created_at: number(row.get(3)),
            path: row.get(4),
            name: row.get(5),
            size: number(row.get(6)),
            kind: row.get::<_, Option<String>>(7).unwrap_or_default(),
        }))
    }

    /// Whether the account is in the channel of a post.
    pub(crate) async fn may_read(&self, post_id: &str, user_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT FROM posts JOIN channelmembers ON posts.channelid = channelmembers.channelid \
                   WHERE posts.id = $1 AND channelmembers.userid = $2)";
        let row = self.connections.lease().await?.optional(sql, &[&post_id, &user_id]).await?;
        Ok(row.is_some_and(|row| row.get(0)))
    }
}

fn post(row: &Row) -> Post {
    let text = |place: usize| row.get::<_, Option<String>>(place).unwrap_or_default();
    Post {
        id: text(0),
        created_at: number(row.get(1)),
        user_id: text(2),
        channel_id: text(3),
        message: text(4),
        file_ids: serde_json::from_str(&text(5)).unwrap_or_default(),
    }
}
