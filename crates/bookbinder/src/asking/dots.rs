//! Which measurements stand over their names, and beside which others.

use crate::finding::Refusal;

use super::layout::list;
use super::quantity::Quantity;

/// The measurements below an id that end with names, and lines to compare them with.
#[derive(Clone, Debug, PartialEq)]
pub struct Dots {
    /// What their ids begin with. The last part of each is a name; what is between is the series.
    pub prefix: String,
    /// What the names are.
    pub x: String,
    /// Just these series, in this order; all when there are none.
    pub only: Vec<String>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line at a number, which need not be of the same group.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What stands at its end.
    pub label: String,
    /// The number.
    pub quantity: Quantity,
}

impl Dots {
    /// Reads the arguments of `dots`: `PREFIX | WHAT THE NAMES ARE [| SERIES; SERIES … [| LABEL = ID;
    /// LABEL = ID / ID …]]`. The series may be empty.
    pub(crate) fn parse(arguments: &str) -> Result<Self, Refusal> {
        let parts: Vec<_> = arguments.split('|').map(str::trim).collect();
        let (prefix, x, only, lines) = match parts[..] {
            [prefix, x] => (prefix, x, "", ""),
            [prefix, x, only] => (prefix, x, only, ""),
            [prefix, x, only, lines] => (prefix, x, only, lines),
            _ => ("", "", "", ""),
        };
        if prefix.is_empty() || x.is_empty() {
            return Err((
                format!("`dots` takes a group and what its names are, and got `{arguments}`"),
                "write {{#dots GROUP | WHAT THE NAMES ARE | SERIES; SERIES | LABEL = ID; LABEL = ID}}"
                    .into(),
            ));
        }
        Ok(Self {
            prefix: prefix.into(),
            x: x.into(),
            only: list(only).map(String::from).collect(),
            lines: list(lines).map(Line::parse).collect::<Result<_, _>>()?,
        })
    }

    /// The ids, or beginnings of ids, that have to be there, but for those of the lines.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        let series = self.only.iter().map(|name| format!("{}/{name}", self.prefix));
        std::iter::once(self.prefix.clone()).chain(series)
    }
}

impl Line {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let line = text.split_once(" = ").and_then(|(label, quantity)| {
            let quantity = Quantity::parse(quantity)?;
            Some(Self { label: label.trim().into(), quantity })
        });
        line.ok_or_else(|| {
            (
                format!("`{text}` says no line"),
                "write LABEL = ID, or LABEL = ID / ID for a ratio".into(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_and_lines_may_be_left_out() {
        let read = |arguments| Dots::parse(arguments).unwrap();
        let dots = read("g | version");
        assert_eq!((dots.prefix.as_str(), dots.x.as_str()), ("g", "version"));
        assert_eq!((dots.only.len(), dots.lines.len()), (0, 0));
        assert_eq!(read("g | version | | "), dots);

        let dots =
            read("g/a b | version | c/d, e; f | old, slow = m/x, y/1; m = m/x / m/y");
        assert_eq!(dots.only, ["c/d, e", "f"]);
        assert_eq!(dots.ids().collect::<Vec<_>>(), ["g/a b", "g/a b/c/d, e", "g/a b/f"]);
        let lines =
            dots.lines.iter().map(|line| (&*line.label, line.quantity.to_string()));
        let expected = [("old, slow", "m/x, y/1".into()), ("m", "m/x / m/y".into())];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_missing_is_said() {
        for arguments in ["g", "g | ", " | version", "g | version | | a = b | c"] {
            let (problem, _) = Dots::parse(arguments).unwrap_err();
            assert!(
                problem.contains("takes a group and what its names are"),
                "{problem}"
            );
        }
        for line in ["m/x", "label =", "= m/x", "label = m/x / m/y / m/z"] {
            let (problem, _) =
                Dots::parse(&format!("g | version | | {line}")).unwrap_err();
            assert_eq!(problem, format!("`{line}` says no line"));
        }
    }
}
