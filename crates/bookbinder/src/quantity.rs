//! What a number in the book, a claim or a question is about: a measurement, or the ratio
//! of two.

use crate::measurement::{Measured, Measurement, ratio};

/// A value and the interval in which it may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The lower end.
    pub low: f64,
    /// The point estimate.
    pub estimate: f64,
    /// The upper end.
    pub high: f64,
}

/// `ID`, or `ID / ID`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity<'a> {
    /// The measurement.
    pub id: &'a str,
    /// The one it is divided by.
    pub over: Option<&'a str>,
}

impl<'a> Quantity<'a> {
    /// Reads `ID` or `ID / ID`; nothing when it is neither.
    pub fn parse(text: &'a str) -> Option<Self> {
        let ids: Vec<_> = text.split(" / ").map(str::trim).collect();
        match ids[..] {
            [id] if !id.is_empty() => Some(Self { id, over: None }),
            [id, over] if !id.is_empty() && !over.is_empty() => {
                Some(Self { id, over: Some(over) })
            }
            _ => None,
        }
    }

    /// The ids in it.
    pub fn ids(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.id).chain(self.over)
    }

    /// The group of the first id.
    pub fn group(&self) -> &'a str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The value on a machine that has measured it. The interval of a ratio is as wide as
    /// the two measurements allow; there is none where something is divided by zero.
    pub fn value(&self, on: &Measured) -> Option<Estimate> {
        let Measurement { low, estimate, high, .. } = *on.get(self.id)?;
        let Some(over) = self.over else { return Some(Estimate { low, estimate, high }) };
        let over = on.get(over).filter(|over| over.low > 0.0)?;
        Some(Estimate {
            low: low / over.high,
            estimate: estimate / over.estimate,
            high: high / over.low,
        })
    }

    /// How to write its values.
    pub fn format(&self, on: &Measured) -> fn(f64) -> String {
        match (self.over, on.get(self.id)) {
            (None, Some(measurement)) => measurement.unit.format(),
            _ => ratio,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_or_two() {
        let one = Quantity { id: "a/b c", over: None };
        assert_eq!(Quantity::parse("a/b c"), Some(one));
        assert_eq!(
            Quantity::parse(" a/b c / d/e"),
            Some(Quantity { over: Some("d/e"), ..one })
        );
        for wrong in ["", "  ", "a/b / ", "a/b / c/d / e/f"] {
            assert_eq!(Quantity::parse(wrong), None, "{wrong:?}");
        }
    }
}
