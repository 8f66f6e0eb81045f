//! What goes to a worker and comes back: many small messages in one, since each costs a call of the
//! system, and sometimes a thread has to be woken for it.
//!
//! A job is some items of one task; mostly it is a single item. Headers are written by postcard; the
//! bytes of arguments and results follow as they are, so that nothing copies them twice.
//!
//! Two messages are not like the others. An empty one announces an item so large that taking it in may
//! kill the worker: it notes that it begins with that before it reads on. And to a job without items
//! the worker answers with an empty message: it lives.

use serde::{Deserialize, Serialize};

use crate::task::Failed;

/// More bytes than a message has beside a single argument or result: headers, with names and words.
pub(crate) const HEADERS: usize = 64 * 1024;

/// How many bytes of what a task said when it panicked are sent; the rest is cut off.
const WORDS: usize = 16 * 1024;

/// Before the arguments of a job: which task, and how many items.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order<'a> {
    pub(crate) task: &'a str,
    pub(crate) items: usize,
}

/// Before each result: whether there is one, and how many bytes follow.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Answer<'a> {
    Done { length: usize },
    Panicked(&'a str),
    Unfit(&'a str),
}

/// Why some bytes are no such message.
pub(crate) type Garbled = postcard::Error;

/// Appends a header.
pub(crate) fn put(header: &impl Serialize, to: &mut Vec<u8>) {
    *to = postcard::to_extend(header, std::mem::take(to))
        .expect("a Vec takes whatever is written to it");
}

/// Takes a header from the front of `bytes`.
pub(crate) fn take<'a, H: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Result<H, Garbled> {
    let (header, rest) = postcard::take_from_bytes(bytes)?;
    *bytes = rest;
    Ok(header)
}

/// Appends some bytes, and before them how many.
pub(crate) fn put_bytes(bytes: &[u8], to: &mut Vec<u8>) {
    put(&bytes.len(), to);
    to.extend_from_slice(bytes);
}

/// Takes so many bytes from the front.
pub(crate) fn take_exactly<'a>(
    bytes: &mut &'a [u8],
    length: usize,
) -> Result<&'a [u8], Garbled> {
    let split = bytes.split_at_checked(length);
    let (taken, rest) = split.ok_or(Garbled::DeserializeUnexpectedEnd)?;
    *bytes = rest;
    Ok(taken)
}

/// Takes what [`put_bytes`] has put there.
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], Garbled> {
    let length = take(bytes)?;
    take_exactly(bytes, length)
}

/// Appends what came of an item.
pub(crate) fn put_result(result: &Result<Vec<u8>, Failed>, to: &mut Vec<u8>) {
    match result {
        Ok(bytes) => {
            put(&Answer::Done { length: bytes.len() }, to);
            to.extend_from_slice(bytes);
        }
        Err(Failed::Panicked(why)) => put(&Answer::Panicked(beginning(why)), to),
        Err(Failed::Unfit(why)) => put(&Answer::Unfit(beginning(why)), to),
    }
}

/// As much of a text as is sent.
fn beginning(text: &str) -> &str {
    let whole = |&end: &usize| text.is_char_boundary(end);
    let end = (0..=text.len().min(WORDS)).rev().find(whole);
    &text[..end.unwrap_or(0)]
}

/// Takes what [`put_result`] has put there.
pub(crate) fn take_result(bytes: &mut &[u8]) -> Result<Result<Vec<u8>, Failed>, Garbled> {
    Ok(match take(bytes)? {
        Answer::Done { length } => Ok(take_exactly(bytes, length)?.to_vec()),
        Answer::Panicked(why) => Err(Failed::Panicked(why.into())),
        Answer::Unfit(why) => Err(Failed::Unfit(why.into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_taken() {
        let results = [
            Ok(vec![1, 2, 3]),
            Err(Failed::Panicked("why".into())),
            Ok(vec![]),
            Err(Failed::Unfit("no".into())),
        ];
        let mut bytes = Vec::new();
        put(&Order { task: "half", items: 4 }, &mut bytes);
        put_bytes(b"argument", &mut bytes);
        for result in &results {
            put_result(result, &mut bytes);
        }
        let mut rest = &bytes[..];
        assert_eq!(take(&mut rest), Ok(Order { task: "half", items: 4 }));
        assert_eq!(take_bytes(&mut rest), Ok(&b"argument"[..]));
        for result in results {
            assert_eq!(take_result(&mut rest), Ok(result));
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn long_words_are_cut() {
        // One byte, and then two for each letter: the cut would be in the middle of one.
        let said = format!("a{}", "é".repeat(WORDS));
        let cut = format!("a{}", "é".repeat(WORDS / 2 - 1));
        for failed in [Failed::Panicked, Failed::Unfit] {
            let mut bytes = Vec::new();
            put_result(&Err(failed(said.clone())), &mut bytes);
            assert!(bytes.len() < HEADERS);
            assert_eq!(take_result(&mut &bytes[..]), Ok(Err(failed(cut.clone()))));
        }
    }

    #[test]
    fn half_a_message_is_an_error() {
        let mut bytes = Vec::new();
        put_result(&Ok(vec![7; 100]), &mut bytes);
        for length in 0..bytes.len() {
            assert!(take_result(&mut &bytes[..length]).is_err(), "{length}");
        }
        // Nothing is allocated because somebody says so.
        let mut huge = Vec::new();
        put(&Answer::Done { length: usize::MAX }, &mut huge);
        assert!(take_result(&mut &huge[..]).is_err());
    }
}
