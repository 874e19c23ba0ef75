//! What PostgreSQL says in the languages that it speaks. Its own log and its clients say it in the language of the server,
//! so Mattermost and psql repeat it in that.
//!
//! # Source
//! The catalogues of messages of PostgreSQL 15: German, English, Spanish, French, Italian, Japanese, Korean, Russian, Swedish,
//! Ukrainian, Chinese; Portuguese by public reports.

/// By whom PostgreSQL is repeated, and how its own log calls an error. What an entry must have to be looked at is ASCII: other
/// words there make the automaton that looks at every line, and the start, half as large again.
pub(super) const SPEAKS: &[&str] =
    &["psql:", "pq: ", "pg_restore:", "PG::", "FEHLER:", "ERREUR:", "ERRORE:", "ERROR:  permiso", "ERROR:  debe"];
/// A role may not create anything in the schema `public`.
pub(super) const SCHEMA_DENIED: &[&str] = &[
    "keine Berechtigung für Schema public",
    "permiso denegado al esquema public",
    "droit refusé pour le schéma public",
    "permesso negato per lo schema public",
    "スキーマ public へのアクセスが拒否",
    "public 스키마(schema) 접근 권한 없음",
    "permissão negada para esquema public",
    "нет доступа к схеме public",
    "rättighet saknas för schema public",
    "немає дозволу для схеми public",
    "对模式 public 权限不够",
];
/// A role changes what is not its own.
pub(super) const NOT_THE_OWNER: &[&str] = &[
    "Berechtigung nur für Eigentümer der",
    "debe ser dueño de la",
    "doit être le propriétaire de",
    "bisogna essere proprietari",
    "の所有者である必要があります",
    "소유주여야만 합니다",
    "deve ser o dono d",
    "нужно быть владельцем",
    "måste vara ägaren till",
    "треба бути власником",
    "的属主",
];
/// A role may not read or write a table.
pub(super) const TABLE_DENIED: &[&str] = &[
    "keine Berechtigung für Tabelle",
    "permiso denegado a la tabla",
    "droit refusé pour la table",
    "permesso negato per la tabella",
    "permissão negada para tabela",
    "нет доступа к таблице",
    "rättighet saknas för tabell",
    "немає дозволу для таблиці",
];
/// What ends a session before it begins.
pub(super) const FATAL: &[&str] =
    &["FATAL:", "FATALE:", "FATALT:", "ВАЖНО:", "ФАТАЛЬНО:", "치명적오류:", "致命错误:", "FATAL ERROR:"];
/// Why a session does not begin.
pub(super) const NO_SESSION: &[&str] = &[
    // A role or a database that is not there, and a password or an account that is refused.
    "existiert nicht",
    "Authentifizierung für Benutzer",
    "no existe",
    "autentificación",
    "n'existe pas",
    "échouée pour",
    "non esiste",
    "autenticazione",
    "存在しません",
    "認証に失敗",
    "인증을 실패",
    "não existe",
    "autenticação",
    "не существует",
    "не прошёл",
    "finns inte",
    "autentisering",
    "не існує",
    "не пройшов",
    "不存在",
    "认证失败",
    // A server that starts, or has no place left.
    "schon zu viele Verbindungen",
    "demasiados clientes",
    "trop de clients",
    "troppi client",
    "クライアント数が多すぎます",
    "слишком много клиентов",
    "已经有太多的客户",
    "Datenbanksystem startet",
    "está iniciándose",
    "se lance",
    "si sta avviando",
    "起動処理中",
    "запускается",
    "数据库系统启动中",
];
