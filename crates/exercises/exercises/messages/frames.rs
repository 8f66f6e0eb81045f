//! # Where a message ends
//!
//! Chapter: messages/streams.md
//!
//! A meter sends its readings through a pipe, and a pipe delivers bytes, not messages. So
//! each message is framed: first come four bytes that say how long it is, the lowest byte
//! first (`u32::from_le_bytes`), then the message itself. A message may be empty.
//!
//! `read_message` reads one message from any stream:
//!
//! * `Ok(Some(message))`: a whole message.
//! * `Ok(None)`: the stream is at its end, and that is between two messages.
//! * an error of the kind `ErrorKind::UnexpectedEof`: the stream is at its end, inside of
//!   a message or of its length. Somebody died while he wrote.
//! * an error of the kind `ErrorKind::InvalidData`: a message that would be longer than
//!   `longest`. You haven't reserved memory for it, and you don't read it.
//!
//! The constraint: a read may give fewer bytes than you asked for, at any time, and it
//! may be interrupted (`ErrorKind::Interrupted`), at any time; then you ask again. Never
//! read beyond the end of the message, because those bytes belong to the next one.

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    // TODO: This takes each read for a whole one, and each length for an honest one.
    let mut length = [0; 4];
    if stream.read(&mut length)? == 0 {
        return Ok(None);
    }
    let mut message = vec![0; u32::from_le_bytes(length) as usize];
    stream.read(&mut message)?;
    Ok(Some(message))
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let mut stream: &[u8] = b"\x05\x00\x00\x00hello\x00\x00\x00\x00\x05\x00\x00\x00world";
    while let Some(message) = read_message(&mut stream, 80).expect("these are messages") {
        println!("{:?}", String::from_utf8_lossy(&message));
    }
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{Trickle, for_real, largest_allocation};

    const LONGEST: usize = 12;

    fn framed(messages: &[&str]) -> Vec<u8> {
        let frame = |message: &&str| {
            let length = u32::try_from(message.len()).unwrap().to_le_bytes();
            [&length, message.as_bytes()].concat()
        };
        messages.iter().flat_map(frame).collect()
    }

    /// All messages of a stream that comes in pieces, and how it ends.
    fn read_all(bytes: Vec<u8>) -> (Vec<String>, io::Result<()>) {
        let read = move || {
            let mut stream = Trickle::new(bytes);
            let mut messages = Vec::new();
            // There is no stream with more of them in these checks.
            while messages.len() < 9 {
                match read_message(&mut stream, LONGEST) {
                    Ok(Some(message)) => {
                        messages.push(String::from_utf8_lossy(&message).into_owned());
                    }
                    Ok(None) => return (messages, Ok(())),
                    Err(error) => return (messages, Err(error)),
                }
            }
            panic!("the stream is at its end, and still there are messages: {messages:?}")
        };
        for_real(read).value
    }

    #[test]
    fn messages_come_out_of_pieces() {
        let sent = ["21.5", "", "7", "twelve bytes"];
        let (messages, end) = read_all(framed(&sent));
        if let Err(error) = end {
            let reason = match error.kind() {
                ErrorKind::Interrupted => "a read was interrupted: ask again",
                ErrorKind::InvalidData => {
                    "no message here is longer than the limit: do you have all four \
                     bytes of a length, and all bytes of the message before it?"
                }
                _ => "this stream ends after its last message; is that an error?",
            };
            panic!("{error}: {reason}; until then: {messages:?}");
        }
        assert_eq!(messages, sent, "the messages of a stream that comes in pieces");
    }

    #[test]
    fn the_end_between_messages_is_no_error() {
        for sent in [&[][..], &["21.5"], &["21.5", ""]] {
            let (messages, end) = read_all(framed(sent));
            if let Err(error) = end {
                panic!("{sent:?} and then the end: that is no error, but: {error}");
            }
            assert_eq!(messages, sent, "the messages before the end of the stream");
        }
    }

    #[test]
    fn the_end_inside_of_a_message_is_an_error() {
        let whole = framed(&["21.5", "19"]);
        let first = framed(&["21.5"]).len();
        for cut in (1..whole.len()).filter(|cut| *cut != first) {
            let (messages, end) = read_all(whole[..cut].to_vec());
            let complete = usize::from(cut > first);
            assert!(
                messages.len() == complete,
                "the stream ends after byte {cut} of {}, so {complete} messages are \
                 complete, not these: {messages:?}",
                whole.len()
            );
            let kind = end.map_err(|error| error.kind());
            assert_eq!(
                kind,
                Err(ErrorKind::UnexpectedEof),
                "the stream ends after byte {cut}, in the middle of a message or its \
                 length"
            );
        }
    }

    /// A stream that begins with a length. Behind it, nobody has to ask for anything.
    struct Claim {
        length: [u8; 4],
        given: usize,
        asked_for: Option<usize>,
    }

    impl Read for Claim {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let rest = &self.length[self.given..];
            if rest.is_empty() && !buffer.is_empty() {
                self.asked_for = Some(buffer.len());
            }
            let length = rest.len().min(buffer.len());
            buffer[..length].copy_from_slice(&rest[..length]);
            self.given += length;
            Ok(length)
        }
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused() {
        let (messages, _) = read_all(framed(&["twelve bytes"]));
        assert_eq!(
            messages,
            ["twelve bytes"],
            "the limit is 12 bytes, and this is as long"
        );
        for length in [13, 1000, u32::MAX] {
            let read = move || {
                let length = length.to_le_bytes();
                let mut claim = Claim { length, given: 0, asked_for: None };
                let (read, reserved) =
                    largest_allocation(|| read_message(&mut claim, LONGEST));
                (read.map_err(|error| error.kind()), claim.asked_for, reserved)
            };
            let (kind, asked_for, reserved) = for_real(read).value;
            assert!(
                reserved < 1000 || (reserved as u64) < u64::from(length),
                "the length says {length}, the limit is {LONGEST}, and you reserved \
                 {reserved} bytes: who reserves what a length says can be stopped by four \
                 bytes"
            );
            if let Some(bytes) = asked_for {
                panic!(
                    "the length says {length}, the limit is {LONGEST}, and you read on, \
                     into {bytes} bytes of memory: who reserves what a length says can \
                     be stopped by four bytes"
                );
            }
            assert_eq!(
                kind,
                Err(ErrorKind::InvalidData),
                "the length says {length}, and the limit is {LONGEST}"
            );
        }
    }
}
