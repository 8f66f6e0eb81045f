//! What a number in the book, a claim or a question is about: a measurement, or the ratio
//! of two.

use serde::Deserialize;

/// `ID`, or `ID / ID`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Quantity {
    /// The measurement.
    pub id: String,
    /// The one it is divided by.
    pub over: Option<String>,
}

impl Quantity {
    /// Reads `ID` or `ID / ID`; nothing when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let ids: Vec<_> = text.split(" / ").map(str::trim).collect();
        match ids[..] {
            [id] if !id.is_empty() => Some(Self { id: id.into(), over: None }),
            [id, over] if !id.is_empty() && !over.is_empty() => {
                Some(Self { id: id.into(), over: Some(over.into()) })
            }
            _ => None,
        }
    }

    /// The same on one interpreter of Python, whose name ends both ids.
    #[must_use]
    pub fn on(&self, python: &str) -> Self {
        let on = |id: &String| format!("{id}/{python}");
        Self { id: on(&self.id), over: self.over.as_ref().map(on) }
    }

    /// The ids in it.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.over).map(String::as_str)
    }

    /// Whether both are the same measurement, or ratio, either way round.
    pub fn is_about_the_same_as(&self, other: &Self) -> bool {
        let over = other.over.as_ref();
        self == other || self.over.as_ref() == Some(&other.id) && over == Some(&self.id)
    }

    /// The group of the first id.
    pub fn group(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}

impl TryFrom<String> for Quantity {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is neither ID nor ID / ID"))
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.id)?;
        self.over.iter().try_for_each(|over| write!(f, " / {over}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_or_two() {
        let one = Quantity { id: "a/b c".into(), over: None };
        assert_eq!(Quantity::parse("a/b c"), Some(one.clone()));
        assert_eq!(
            Quantity::parse(" a/b c / d/e"),
            Some(Quantity { over: Some("d/e".into()), ..one })
        );
        let two = Quantity::parse("a/b / d/e").unwrap();
        assert!(two.is_about_the_same_as(&Quantity::parse("d/e / a/b").unwrap()));
        assert!(!two.is_about_the_same_as(&Quantity::parse("a/b").unwrap()));
        for wrong in ["", "  ", "a/b / ", "a/b / c/d / e/f"] {
            assert_eq!(Quantity::parse(wrong), None, "{wrong:?}");
        }
    }
}
