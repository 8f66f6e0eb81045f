//! The messages between a pool and a worker. Many small jobs or results travel in one message, since
//! each message costs a system call, and sometimes a thread has to be woken for it.
//!
//! A job is some items of one task, mostly a single one. Postcard writes the headers; the bytes of
//! arguments and results follow as they are, so that nothing copies them twice.
//!
//! What is large lies in a [tray](crate::tray), and the message only says how long it is.
//!
//! Two messages are special. An empty message to a worker announces an item that is so large that
//! receiving it may kill the worker: the worker notes in its notebook that it begins with this item
//! before it reads on. And a job without items asks whether the worker lives: the worker answers with an
//! empty message.

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use crate::made::Made;
use crate::task::Failed;

/// More bytes than a message has beside a single argument or result: headers, with names of tasks and
/// the words of panics.
pub(crate) const HEADERS: usize = 64 * 1024;

/// How many bytes are sent of what a task said when it panicked; the rest is cut off.
const WORDS: usize = 16 * 1024;

/// What a worker is to do.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Order<'a> {
    /// To run so many items of a task, whose arguments follow. One of the results may take up to `room`
    /// bytes of the tray to the pool.
    Run { task: &'a str, items: usize, room: usize },
    /// To go on with the jobs that lie in the tray to the worker: `length` bytes of them.
    LookThere { length: usize },
}

/// Asks a worker whether it lives: a job without items.
pub(crate) const QUESTION: Order = Order::Run { task: "", items: 0, room: 0 };

/// Stands before each result: whether there is one, and how many bytes it has.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Answer<'a> {
    Done {
        length: usize,
    },
    /// There is a result, and its bytes lie in the tray.
    LiesThere {
        length: usize,
    },
    Panicked(&'a str),
    Unfit(&'a str),
}

/// Why bytes that have come are no message of this kind.
pub(crate) type Garbled = postcard::Error;

/// Appends a header, as postcard writes it.
pub(crate) fn put(header: &impl Serialize, to: &mut impl Put) {
    postcard::serialize_with_flavor(header, Header(to))
        .expect("whatever is put somewhere is taken there");
}

/// A place to which bytes are appended.
pub(crate) trait Put {
    fn put(&mut self, bytes: &[u8]);
}

impl Put for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// The part of a tray that is still free.
impl Put for &mut [u8] {
    /// # Panics
    ///
    /// When there is no room for these bytes.
    fn put(&mut self, bytes: &[u8]) {
        let (into, rest) = std::mem::take(self).split_at_mut(bytes.len());
        into.copy_from_slice(bytes);
        *self = rest;
    }
}

struct Header<'p, P>(&'p mut P);

impl<P: Put> Flavor for Header<'_, P> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.put(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Takes a header from the front of `bytes`.
pub(crate) fn take<'a, H: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Result<H, Garbled> {
    let (header, rest) = postcard::take_from_bytes(bytes)?;
    *bytes = rest;
    Ok(header)
}

/// Appends the number of these bytes, and then the bytes themselves.
pub(crate) fn put_bytes(bytes: &[u8], to: &mut impl Put) {
    match short(bytes) {
        Some(length) => to.put(&[length]),
        None => put(&bytes.len(), to),
    }
    to.put(bytes);
}

/// The number of these bytes, if postcard would write it as a single byte. Most arguments and results
/// are so short that calling postcard for it would take longer than everything else.
fn short(bytes: &[u8]) -> Option<u8> {
    u8::try_from(bytes.len()).ok().filter(|length| *length < 0x80)
}

/// The first byte of an [`Answer::Done`], as postcard writes it.
const DONE: u8 = 0;

/// Takes `length` bytes from the front.
pub(crate) fn take_exactly<'a>(
    bytes: &mut &'a [u8],
    length: usize,
) -> Result<&'a [u8], Garbled> {
    let split = bytes.split_at_checked(length);
    let (taken, rest) = split.ok_or(Garbled::DeserializeUnexpectedEnd)?;
    *bytes = rest;
    Ok(taken)
}

/// Takes from the front the bytes that [`put_bytes`] has put there.
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], Garbled> {
    let length = match **bytes {
        [length @ ..0x80, ref rest @ ..] => {
            *bytes = rest;
            usize::from(length)
        }
        _ => take(bytes)?,
    };
    take_exactly(bytes, length)
}

/// Appends the outcome of an item: a result, or why there is none. A result that lies in the tray stays
/// there.
pub(crate) fn put_result(result: Result<&mut Made, Failed>, to: &mut Vec<u8>) {
    match result {
        Ok(made) => match made.bytes() {
            Some(bytes) => {
                match short(bytes) {
                    Some(length) => to.put(&[DONE, length]),
                    None => put(&Answer::Done { length: bytes.len() }, to),
                }
                to.extend_from_slice(bytes);
            }
            None => {
                put(&Answer::LiesThere { length: made.len() }, to);
                made.leave();
            }
        },
        Err(Failed::Panicked(why)) => put(&Answer::Panicked(beginning(&why)), to),
        Err(Failed::Unfit(why)) => put(&Answer::Unfit(beginning(&why)), to),
    }
}

/// As much of a text as is sent: at most [`WORDS`] bytes, and no part of a character.
fn beginning(text: &str) -> &str {
    let whole = |&end: &usize| text.is_char_boundary(end);
    let end = (0..=text.len().min(WORDS)).rev().find(whole);
    &text[..end.unwrap_or(0)]
}

/// The outcome of an item, as it has come from a worker.
#[derive(Debug, PartialEq)]
pub(crate) enum Came<'a> {
    /// A result: these bytes.
    Bytes(&'a [u8]),
    /// A result: so many bytes, which lie in the tray.
    LiesThere(usize),
    /// No result, for this reason.
    Failed(Failed),
}

/// Takes from the front the outcome that [`put_result`] has put there.
pub(crate) fn take_result<'a>(bytes: &mut &'a [u8]) -> Result<Came<'a>, Garbled> {
    if let [DONE, length @ ..0x80, ref rest @ ..] = **bytes {
        *bytes = rest;
        return Ok(Came::Bytes(take_exactly(bytes, usize::from(length))?));
    }
    Ok(match take(bytes)? {
        Answer::Done { length } => Came::Bytes(take_exactly(bytes, length)?),
        Answer::LiesThere { length } => Came::LiesThere(length),
        Answer::Panicked(why) => Came::Failed(Failed::Panicked(why.into())),
        Answer::Unfit(why) => Came::Failed(Failed::Unfit(why.into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tray::FROM;

    fn made<'t>(bytes: &[u8], tray: &'t mut [u8]) -> Made<'t> {
        let mut made = Made::new(tray);
        made.write(&serde_bytes::Bytes::new(bytes)).unwrap();
        made
    }

    #[test]
    fn what_is_put_is_taken() {
        let mut tray = vec![0; 2 * FROM];
        let mut bytes = Vec::new();
        let order = Order::Run { task: "half", items: 4, room: 2 * FROM };
        put(&order, &mut bytes);
        put_bytes(b"argument", &mut bytes);
        let mut large = made(&[7; FROM], &mut tray);
        put_result(Ok(&mut made(&[2, 3], &mut [])), &mut bytes);
        put_result(Err(Failed::Panicked("why".into())), &mut bytes);
        put_result(Ok(&mut large), &mut bytes);
        put_result(Ok(&mut made(&[], &mut [])), &mut bytes);
        put_result(Err(Failed::Unfit("no".into())), &mut bytes);
        let mut rest = &bytes[..];
        assert_eq!(take(&mut rest), Ok(order));
        assert_eq!(take_bytes(&mut rest), Ok(&b"argument"[..]));
        for came in [
            Came::Bytes(&[2, 2, 3]),
            Came::Failed(Failed::Panicked("why".into())),
            Came::LiesThere(FROM + 3),
            Came::Bytes(&[0]),
            Came::Failed(Failed::Unfit("no".into())),
        ] {
            assert_eq!(take_result(&mut rest), Ok(came));
        }
        assert!(rest.is_empty());
    }

    /// What is written by hand is what postcard writes.
    #[test]
    fn short_ones_are_no_exception() {
        for length in [0, 1, 0x7f, 0x80, 300, 70_000] {
            let bytes = vec![7; length];
            let (mut put_by_hand, mut expected) = (Vec::new(), Vec::new());
            put_bytes(&bytes, &mut put_by_hand);
            put(&length, &mut expected);
            expected.extend(&bytes);
            assert!(put_by_hand == expected, "{length}");
            assert!(take_bytes(&mut &expected[..]).unwrap() == bytes);
            let mut made = Made::default();
            made.write(&serde_bytes::Bytes::new(&bytes)).unwrap();
            let (mut put_by_hand, mut expected) = (Vec::new(), Vec::new());
            put(&Answer::Done { length: made.len() }, &mut expected);
            expected.extend(made.bytes().unwrap());
            put_result(Ok(&mut made), &mut put_by_hand);
            assert!(put_by_hand == expected, "{length}");
            let came = take_result(&mut &expected[..]).unwrap();
            assert!(came == Came::Bytes(made.bytes().unwrap()), "{length}");
        }
        assert!(
            take_bytes(&mut &[][..]).is_err() && take_result(&mut &[DONE][..]).is_err()
        );
    }

    #[test]
    fn a_tray_holds_what_a_message_does() {
        let (mut message, mut tray) = (Vec::new(), vec![0; 100]);
        let mut free = &mut tray[..];
        put(&QUESTION, &mut message);
        put(&QUESTION, &mut free);
        put_bytes(b"argument", &mut message);
        put_bytes(b"argument", &mut free);
        let left = free.len();
        assert_eq!(&tray[..100 - left], message);
    }

    #[test]
    fn long_words_are_cut() {
        // A letter of one byte, then letters of two: the limit is in the middle of one of them.
        let said = format!("a{}", "é".repeat(WORDS));
        let cut = format!("a{}", "é".repeat(WORDS / 2 - 1));
        for failed in [Failed::Panicked, Failed::Unfit] {
            let mut bytes = Vec::new();
            put_result(Err(failed(said.clone())), &mut bytes);
            assert!(bytes.len() < HEADERS);
            let came = Came::Failed(failed(cut.clone()));
            assert_eq!(take_result(&mut &bytes[..]), Ok(came));
        }
    }

    #[test]
    fn half_a_message_is_an_error() {
        let mut bytes = Vec::new();
        put_result(Ok(&mut made(&[7; 100], &mut [])), &mut bytes);
        for length in 0..bytes.len() {
            assert!(take_result(&mut &bytes[..length]).is_err(), "{length}");
        }
        // The length that a message names is not allocated before so many bytes are there.
        let mut huge = Vec::new();
        put(&Answer::Done { length: usize::MAX }, &mut huge);
        assert!(take_result(&mut &huge[..]).is_err());
    }
}
