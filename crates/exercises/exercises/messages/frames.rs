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
//! * any other error of the stream, as it is.
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
    use std::io::{self, ErrorKind, Read};
    use witness::{Trickle, for_real, largest_allocation};

    /// How streams give their bytes: each read gives so many at most, and is interrupted where
    /// that is 0.
    /// Interrupted again and again, before something comes.
    const INTERRUPTED: [usize; 41] = {
        let mut pieces = [0; 41];
        pieces[40] = 1_000;
        pieces
    };

    const PIECES: [&[usize]; 7] = [
        &[0, 1, 0, 2, 0, 3],
        &[1],
        &[usize::MAX],
        &[0, 0, 0, 5],
        &[4, 1],
        &[3, 0, 6],
        &INTERRUPTED,
    ];

    const LONGEST: usize = 12;

    fn framed(messages: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let frame = |message: &[u8]| {
            let length = u32::try_from(message.len()).unwrap().to_le_bytes();
            [&length, message].concat()
        };
        messages.iter().flat_map(|message| frame(message.as_ref())).collect()
    }

    /// All messages of a stream, and how it ends.
    fn read_all(mut stream: Trickle, longest: usize) -> (Vec<Vec<u8>>, io::Result<()>) {
        let read = move || {
            let mut messages = Vec::new();
            // There is no stream with more of them in these checks.
            while messages.len() < 9 {
                match read_message(&mut stream, longest) {
                    Ok(Some(message)) => messages.push(message),
                    Ok(None) => return (messages, Ok(())),
                    Err(error) => return (messages, Err(error)),
                }
            }
            panic!(
                "the stream is at its end, and still there are messages: {:?}",
                shown(&messages)
            )
        };
        for_real(read).value
    }

    /// Messages as text, the long ones by their length.
    fn shown(messages: &[Vec<u8>]) -> Vec<String> {
        let show = |message: &Vec<u8>| match message.len() {
            0..=20 => String::from_utf8_lossy(message).into_owned(),
            length => format!("{length} bytes"),
        };
        messages.iter().map(show).collect()
    }

    #[track_caller]
    fn arrive(sent: &[Vec<u8>], pieces: &'static [usize], longest: usize) {
        let (messages, end) = read_all(Trickle::in_pieces(framed(sent), pieces), longest);
        if let Err(error) = end {
            let reason = match error.kind() {
                ErrorKind::Interrupted => "a read was interrupted: ask again",
                ErrorKind::InvalidData => {
                    "no message here is longer than the limit: do you have all four \
                     bytes of a length, and all bytes of the message before it?"
                }
                _ => "this stream ends after its last message; is that an error?",
            };
            panic!("{error}: {reason}; until then: {:?}", shown(&messages));
        }
        assert!(
            messages == sent,
            "the messages of a stream that comes in pieces were {:?}, and these came out: {:?}",
            shown(sent),
            shown(&messages)
        );
    }

    #[test]
    fn messages_come_out_of_pieces() {
        let sent = ["21.5", "", "7", "twelve bytes"].map(Vec::from);
        for pieces in PIECES {
            arrive(&sent, pieces, LONGEST);
            arrive(&[vec![], vec![]], pieces, 0);
            // Each byte that there is, and a length of three bytes.
            let long: Vec<u8> = (0..=255).cycle().take(70_000).collect();
            let sent = [long[..256].into(), long[..255].into(), vec![], long];
            arrive(&sent, pieces, 70_000);
        }
    }

    #[test]
    fn the_end_between_messages_is_no_error() {
        for sent in [&[][..], &["21.5"], &["21.5", ""]] {
            for pieces in PIECES {
                let stream = Trickle::in_pieces(framed(sent), pieces);
                let (messages, end) = read_all(stream, LONGEST);
                if let Err(error) = end {
                    panic!("{sent:?} and then the end: that is no error, but: {error}");
                }
                assert_eq!(
                    shown(&messages),
                    sent,
                    "the messages before the end of the stream"
                );
            }
        }
    }

    #[test]
    fn the_end_inside_of_a_message_is_an_error() {
        let whole = framed(&["21.5", "19"]);
        let first = framed(&["21.5"]).len();
        for pieces in PIECES {
            for cut in (1..whole.len()).filter(|cut| *cut != first) {
                let stream = Trickle::in_pieces(&whole[..cut], pieces);
                let (messages, end) = read_all(stream, LONGEST);
                let complete = usize::from(cut > first);
                assert!(
                    messages.len() == complete,
                    "the stream ends after byte {cut} of {}, so {complete} messages are \
                     complete, not these: {:?}",
                    whole.len(),
                    shown(&messages)
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
    }

    #[test]
    fn other_errors_stay_what_they_are() {
        let whole = framed(&["21.5", "19"]);
        for cut in 0..=whole.len() {
            let stream = Trickle::in_pieces(&whole[..cut], &[0, 3, 2]).breaking();
            let (_, end) = read_all(stream, LONGEST);
            assert_eq!(
                end.map_err(|error| error.kind()),
                Err(ErrorKind::ConnectionReset),
                "after byte {cut} the connection breaks: that is no end of the stream, and \
                 whoever calls you should know"
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

    /// A message claims to be so long. Returns how many bytes were reserved at once, at most.
    fn is_refused(length: u32, longest: usize) -> usize {
        let read = move || {
            let length = length.to_le_bytes();
            let mut claim = Claim { length, given: 0, asked_for: None };
            let (read, reserved) =
                largest_allocation(|| read_message(&mut claim, longest));
            (read.map_err(|error| error.kind()), claim.asked_for, reserved)
        };
        let (kind, asked_for, reserved) = for_real(read).value;
        assert!(
            reserved < 1000 || (reserved as u64) < u64::from(length),
            "the length says {length}, the limit is {longest}, and you reserved \
             {reserved} bytes: who reserves what a length says can be stopped by four \
             bytes"
        );
        if let Some(bytes) = asked_for {
            panic!(
                "the length says {length}, the limit is {longest}, and you read on, \
                 into {bytes} bytes of memory: who reserves what a length says can \
                 be stopped by four bytes"
            );
        }
        assert_eq!(
            kind,
            Err(ErrorKind::InvalidData),
            "the length says {length}, and the limit is {longest}"
        );
        reserved
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused() {
        for longest in [0, LONGEST, 300] {
            let stream = Trickle::new(framed(&[vec![b'm'; longest]]));
            let (messages, _) = read_all(stream, longest);
            let lengths: Vec<usize> = messages.iter().map(Vec::len).collect();
            assert_eq!(
                lengths,
                [longest],
                "how long the messages were; the limit is {longest} bytes, and one was as long"
            );
            let next = u32::try_from(longest).unwrap() + 1;
            let little = is_refused(next, longest);
            for length in [700, 1000, 1 << 16, 1 << 24, 1 << 31, u32::MAX] {
                let reserved = is_refused(length, longest);
                // An error may have a text, with the length in it.
                assert!(
                    reserved <= little + 200,
                    "the limit is {longest}. For a length of {next} you reserved {little} bytes, and \
                     {reserved} for one of {length}: nobody knows yet whether so many will come"
                );
            }
        }
    }

    #[test]
    fn the_largest_limit_is_one_as_well() {
        let sent = ["21.5", "", "seven"].map(Vec::from);
        for longest in
            [usize::MAX, u32::MAX as usize, (u32::MAX as usize).wrapping_add(1)]
        {
            // Where a number has 32 bits only, that is 0.
            if longest > 0 {
                arrive(&sent, &[3, 0, 6], longest);
            }
        }
    }

    /// A stream that gives these bytes, and then only this error.
    struct Breaks<'b> {
        bytes: &'b [u8],
        kind: ErrorKind,
    }

    impl Read for Breaks<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.bytes.is_empty() && !buffer.is_empty() {
                return Err(io::Error::new(self.kind, "the cable is cut"));
            }
            self.bytes.read(buffer)
        }
    }

    #[test]
    fn an_error_comes_out_as_it_is() {
        for kind in [
            ErrorKind::UnexpectedEof,
            ErrorKind::BrokenPipe,
            ErrorKind::ConnectionAborted,
            ErrorKind::WouldBlock,
            ErrorKind::TimedOut,
            ErrorKind::Other,
        ] {
            for cut in 0..=framed(&["21.5"]).len() {
                let read = move || {
                    let whole = framed(&["21.5"]);
                    let mut stream = Breaks { bytes: &whole[..cut], kind };
                    let first = read_message(&mut stream, LONGEST);
                    if cut == whole.len() {
                        read_message(&mut stream, LONGEST)
                    } else {
                        first
                    }
                };
                let error = for_real(read).value.expect_err("the stream breaks");
                assert_eq!(
                    (error.kind(), error.to_string().as_str()),
                    (kind, "the cable is cut"),
                    "the error that came out (left); the stream gave {cut} bytes before its own"
                );
            }
        }
    }
}
