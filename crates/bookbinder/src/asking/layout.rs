//! Which measurements a table or a plot shows, and how they are laid out.

use crate::finding::Refusal;

/// The measurements below an id, and how to lay them out.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What their ids begin with.
    pub prefix: String,
    /// What the numbers at the end of the ids count; without it they are names like the
    /// rest.
    pub x: Option<String>,
    /// The series with which the others break even.
    pub baseline: Option<String>,
    /// Just these series, in this order; all when there are none.
    pub only: Vec<String>,
}

impl Layout {
    /// Reads the arguments of `table`, `plot`, `spread` and `bars`: `PREFIX [| WHAT X COUNTS [|
    /// BASELINE [| SERIES; SERIES …]]]`. What x counts and the baseline may be empty.
    pub(crate) fn parse(arguments: &str) -> Result<Self, Refusal> {
        let parts: Vec<_> = arguments.split('|').map(str::trim).collect();
        let (prefix, x, baseline, only) = match parts[..] {
            [prefix] => (prefix, None, "", ""),
            [prefix, x] => (prefix, Some(x), "", ""),
            [prefix, x, baseline] => (prefix, Some(x), baseline, ""),
            [prefix, x, baseline, only] => (prefix, Some(x), baseline, only),
            _ => {
                return Err((
                    format!("`{arguments}` has too many parts"),
                    "write GROUP | WHAT THE SIZES COUNT | BASELINE | SERIES; SERIES"
                        .into(),
                ));
            }
        };
        Ok(Self {
            prefix: prefix.into(),
            x: x.filter(|x| !x.is_empty()).map(String::from),
            baseline: Some(baseline).filter(|name| !name.is_empty()).map(String::from),
            only: list(only).map(String::from).collect(),
        })
    }

    /// The ids, or beginnings of ids, that have to be there.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        let series = self.only.iter().chain(&self.baseline);
        let series = series.map(|name| format!("{}/{name}", self.prefix));
        std::iter::once(self.prefix.clone()).chain(series)
    }
}

/// The items of `ITEM; ITEM`.
pub(super) fn list(items: &str) -> impl Iterator<Item = &str> {
    items.split(';').map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_x_counts_may_be_left_out() {
        let sizes = Layout::parse("g | threads | | a; b").unwrap();
        assert_eq!(sizes.x.as_deref(), Some("threads"));
        let names = Layout::parse("g | | | a/b; c/d").unwrap();
        assert_eq!(
            names,
            Layout { x: None, only: vec!["a/b".into(), "c/d".into()], ..sizes }
        );
        assert!(Layout::parse("g | a | b | c | d").is_err());
    }
}
