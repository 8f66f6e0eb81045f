//! What tells a reader what.

use super::Material;
use crate::asking::{Directive, Quantity};

impl Material {
    /// Whether a directive shows all that a question is about.
    pub(crate) fn tells(&self, directive: &Directive, asked: &Quantity) -> bool {
        let shows = |id: &str| match directive {
            Directive::Number(quantity) => quantity.ids().any(|shown| shown == id),
            Directive::Table(layout)
            | Directive::Plot(layout)
            | Directive::Spread(layout)
            | Directive::Bars(layout) => lies_below(id, &layout.prefix, &layout.only),
            Directive::Dots(dots) => lies_below(id, &dots.prefix, &dots.only),
            Directive::Claim(claim) => {
                let claim = self.claims.iter().find(|known| known.id == *claim);
                // A claim about every Python says of one what it says of all.
                claim.is_some_and(|claim| {
                    claim.measure.ids().any(|shown| below(id, shown).is_some())
                })
            }
            _ => false,
        };
        asked.ids().all(shows)
    }
}

/// Whether the measurement is one of those below `prefix`, and of one of these series, if there are any.
fn lies_below(id: &str, prefix: &str, series: &[String]) -> bool {
    let Some(rest) = below(id, prefix) else { return false };
    series.is_empty() || series.iter().any(|series| below(rest, series).is_some())
}

/// What of an id follows `prefix`, and the slash after it.
fn below<'a>(id: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = id.strip_prefix(prefix)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}
