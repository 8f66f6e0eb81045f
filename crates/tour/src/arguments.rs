//! The command line of an example.

use std::num::IntErrorKind;

use lexopt::prelude::*;

/// What the reader asked for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Request {
    pub(crate) help: bool,
    pub(crate) list: bool,
    pub(crate) demo: Option<String>,
    pub(crate) workers: Option<u64>,
    pub(crate) size: Option<u64>,
}

/// Reads the arguments, the program's name already taken off.
///
/// # Errors
///
/// One line that says what is wrong and what would be right.
pub(crate) fn read(
    arguments: impl IntoIterator<Item: Into<std::ffi::OsString>>,
) -> Result<Request, String> {
    let mut request = Request::default();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => request.help = true,
            Long("list") => request.list = true,
            Long("workers") => request.workers = Some(number("--workers", &mut parser)?),
            Long("size") => request.size = Some(number("--size", &mut parser)?),
            Value(demo) if request.demo.is_none() => {
                request.demo = Some(demo.to_string_lossy().into_owned())
            }
            Value(other) => {
                return Err(format!(
                    "one demo at a time: what is `{}`?",
                    other.to_string_lossy()
                ));
            }
            other => {
                return Err(format!(
                    "{}; --help shows what there is",
                    other.unexpected()
                ));
            }
        }
    }
    Ok(request)
}

fn number(option: &str, parser: &mut lexopt::Parser) -> Result<u64, String> {
    let value = parser
        .value()
        .map_err(|_| format!("{option} wants a number, such as {option} 4"))?;
    let value = value.to_string_lossy();
    // Readers copy numbers from the page, where they are written 1,000,000 or 1_000_000.
    let digits: String = value.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let too_large = || format!("{option} can't be as large as {value}");
    match digits.parse::<u64>().map_err(|error| *error.kind()) {
        Ok(n) if n > 0 => Ok(n),
        Err(IntErrorKind::PosOverflow) => Err(too_large()),
        _ => Err(format!("{option} wants a whole number from 1 on, not `{value}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Result<Request, String> {
        read(line.split_whitespace())
    }

    #[test]
    fn everything_at_once() {
        let expected = Request {
            demo: Some("start".into()),
            workers: Some(4),
            size: Some(1_000),
            ..Request::default()
        };
        assert_eq!(request("start --workers 4 --size=1,000"), Ok(expected));
        assert_eq!(request(""), Ok(Request::default()));
    }

    #[test]
    fn each_mistake_gets_a_line_of_its_own() {
        for (line, answer) in [
            ("--workers 0", "--workers wants a whole number from 1 on, not `0`"),
            ("--size x", "--size wants a whole number from 1 on, not `x`"),
            ("--size -1", "--size wants a whole number from 1 on, not `-1`"),
            (
                "--size 99999999999999999999",
                "--size can't be as large as 99999999999999999999",
            ),
            ("--size", "--size wants a number, such as --size 4"),
            ("start stop", "one demo at a time: what is `stop`?"),
            ("--frobnicate", "invalid option '--frobnicate'; --help shows what there is"),
        ] {
            assert_eq!(request(line), Err(answer.into()));
        }
    }
}
