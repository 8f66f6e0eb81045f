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
pub(super) fn into_css(mut markup: String) -> String {
    for (i, variable) in VARIABLES.iter().enumerate() {
        let color = format!("\"var(--plot-{variable})\"");
        markup = markup
            .replace(&format!("\"#01{i:02X}00\""), &color)
            .replace(
                &format!("\"#02{i:02X}00\""),
                &format!("{color} stroke-dasharray=\"60 40\""),
            )
            .replace(
                &format!("\"#03{i:02X}00\""),
                &format!("\"var(--plot-bg)\" stroke={color}"),
            )
            .replace(
                &format!("\"#04{i:02X}00\""),
                &format!("{color} fill-opacity=\"0.15\""),
            );
    }
    markup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_becomes_a_variable() {
        let markup = "a=\"#010000\" b=\"#020100\" c=\"#030700\"".to_string();
        assert_eq!(
            into_css(markup),
            "a=\"var(--plot-fg)\" b=\"var(--plot-grid)\" stroke-dasharray=\"60 40\" \
             c=\"var(--plot-bg)\" stroke=\"var(--plot-6)\""
        );
        assert_eq!(Ink::of_series(11).solid(), RGBColor(1, 7, 0));
    }
}
