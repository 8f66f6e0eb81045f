//! # Where a message ends
//!
//! Chapter: messages/streams.md
//!
//! Why: `read` returns what is there just now, one byte perhaps. `read_exact` and
//! `read_to_end` ask until they have all, and ask again after an interruption. But
//! `read_exact` calls each end of the stream an error, and doesn't say whether it came
//! before the first byte. `take(4).read_to_end` returns how many bytes there were: none
//! is the end, one to three are half a length. The length is looked at before there is
//! memory for it. It comes from outside, and four bytes shouldn't be able to ask for 4
//! GiB.

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(4);
    if stream.by_ref().take(4).read_to_end(&mut header)? == 0 {
        return Ok(None);
    }
    let header = header.try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
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
