//! From text to syntax tree, by the parser of Ruby itself (prism).
//!
//! The parser is recursive. What it does not count itself is limited before it runs (`nesting`); the 10 000 levels that
//! it allows need more stack than a thread has by default, so it runs on a thread of its own.

use std::thread;

use ruby_prism::{Options, Version, parse_with_options};

use super::Span;
use super::failure::{Failure, Kind};
use super::lower::Lowering;
use super::nesting;
use super::syntax::Expr;

/// The stack of the parser's thread, of which only what is used takes memory. Compiled without optimization, the parser
/// needs at most 12 MiB at its own limit (`case` in `case`) and 2 MiB for each form that `nesting` limits.
const STACK_BYTES: usize = 64 << 20;
/// The largest file that is read; the package's own template has 138 kB.
pub(super) const SIZE_LIMIT: usize = 4 << 20;

/// The statements of `source`.
///
/// # Errors
/// Too large, too deep, or no valid Ruby.
pub(super) fn parse(source: &str) -> Result<Vec<Expr>, Failure> {
    parse_at(source, 0)
}

/// The statements of a text whose places are counted from `base` on.
///
/// # Errors
/// As [`parse`].
pub(super) fn parse_at(source: &str, base: usize) -> Result<Vec<Expr>, Failure> {
    if source.len() > SIZE_LIMIT {
        let message = format!("the file has {} bytes, more than the {SIZE_LIMIT} that are read", source.len());
        return Err(Failure::new(Kind::TooLarge, Span::new(base, base), message));
    }
    nesting::check(source).map_err(|failure| failure.moved_by(base))?;
    thread::scope(|scope| {
        let parser = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || parse_here(source, base));
        parser.ok().and_then(|handle| handle.join().ok()).unwrap_or_else(|| {
            let message = "the parser could not be run; there may be too little memory for its thread".to_owned();
            Err(Failure::new(Kind::ParserUnavailable, Span::new(base, base), message))
        })
    })
}

fn parse_here(source: &str, base: usize) -> Result<Vec<Expr>, Failure> {
    let options = Options::default().version(Version::CRuby3_3).build();
    let parsed = parse_with_options(source.as_bytes(), &options);
    let mut errors = parsed.errors().map(|error| {
        let location = error.location();
        let span = Span::new(location.start() as usize, location.end() as usize);
        (span, String::from_utf8_lossy(error.message()).into_owned())
    });
    if let Some((span, message)) = errors.next() {
        let mut more = errors.filter(|(_, text)| !text.is_empty());
        let kind = if message.contains("too deep") { Kind::TooDeep } else { Kind::SyntaxError };
        let mut failure = Failure::new(kind, span, format!("not valid Ruby: {message}"));
        failure.more = more.by_ref().take(3).collect();
        return Err(failure.moved_by(base));
    }
    Lowering::new(source, base).program(&parsed.node())
}
