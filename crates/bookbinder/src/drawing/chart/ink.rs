//! Colours, which are variables of the page: `--plot-fg` for text and so on.
//!
//! Plotters knows neither variables nor dashes. It draws with colours that nobody sees
//! and that [`into_css`] replaces.

use plotters::style::RGBColor;

/// What a colour is for.
#[derive(Clone, Copy)]
pub(super) struct Ink(u8);

const VARIABLES: [&str; 9] = ["fg", "grid", "1", "2", "3", "4", "5", "6", "bad"];

impl Ink {
    pub(super) const TEXT: Ink = Ink(0);
    pub(super) const GRID: Ink = Ink(1);
    /// For what goes wrong.
    pub(super) const BAD: Ink = Ink(8);

    /// There are six for series; more share them.
    pub(super) fn of_series(number: usize) -> Ink {
        Ink(2 + (number % 6) as u8)
    }

    pub(super) fn solid(self) -> RGBColor {
        RGBColor(1, self.0, 0)
    }

    pub(super) fn dashed(self) -> RGBColor {
        RGBColor(2, self.0, 0)
    }

    /// An outline around the background of the page.
    pub(super) fn hollow(self) -> RGBColor {
        RGBColor(3, self.0, 0)
    }

    /// A breath of it.
    pub(super) fn pale(self) -> RGBColor {
        RGBColor(4, self.0, 0)
    }
}

/// Replaces the stand-ins by the variables.
pub(super) fn into_css(markup: &str) -> String {
    let mut css = String::with_capacity(2 * markup.len());
    let mut parts = markup.split("\"#");
    css += parts.next().unwrap_or_default();
    for part in parts {
        match stand_in(part) {
            Some((variable, rest)) => css = css + &variable + rest,
            None => css = css + "\"#" + part,
        }
    }
    css
}

/// What the stand-in means that `text` begins with, from behind its `"#` on, and what follows it.
fn stand_in(text: &str) -> Option<(String, &str)> {
    let (color, rest) = text.split_at_checked(6)?;
    let rest = rest.strip_prefix('"')?;
    let color = u32::from_str_radix(color, 16).ok()?;
    let [_, kind, ink, 0] = color.to_be_bytes() else { return None };
    let variable = format!("\"var(--plot-{})\"", VARIABLES.get(usize::from(ink))?);
    let css = match kind {
        1 => variable,
        2 => variable + " stroke-dasharray=\"60 40\"",
        3 => format!("\"var(--plot-bg)\" stroke={variable}"),
        4 => variable + " fill-opacity=\"0.15\"",
        _ => return None,
    };
    Some((css, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_becomes_a_variable() {
        let markup = "a=\"#010000\" b=\"#020100\" c=\"#030700\"";
        assert_eq!(
            into_css(markup),
            "a=\"var(--plot-fg)\" b=\"var(--plot-grid)\" stroke-dasharray=\"60 40\" \
             c=\"var(--plot-bg)\" stroke=\"var(--plot-6)\""
        );
        for other in [
            "\"#01\"",
            "\"#010900\"",
            "\"#050000\"",
            "\"#0100ff\"",
            "\"#id\"",
            "\"#äää\"",
        ] {
            assert_eq!(into_css(other), other);
        }
        assert_eq!(Ink::of_series(11).solid(), RGBColor(1, 7, 0));
    }
}
