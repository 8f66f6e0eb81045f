//! Colours: on a screen they come from the theme that the reader has chosen; on paper there is one.

use std::collections::HashMap;

/// The colours of a style sheet on white paper, by their names.
pub(crate) struct Colours(HashMap<String, String>);

/// What mdBook's themes have, as far as pictures use it.
const PAPER: [(&str, &str); 6] = [
    ("--fg", "#000000"),
    ("--bg", "#ffffff"),
    ("--links", "#20609f"),
    ("--quote-bg", "#f2f4f7"),
    ("--table-border-color", "#bbbbbb"),
    ("--icons", "#666666"),
];

impl Colours {
    /// Those that a style sheet sets for all themes: the first of two is for light ones.
    pub(crate) fn of(css: &str) -> Self {
        let mut colours: HashMap<_, _> = PAPER
            .iter()
            .map(|(name, colour)| (name.to_string(), colour.to_string()))
            .collect();
        for line in css.lines() {
            let Some((name, value)) = line.trim().split_once(':') else { continue };
            if !name.starts_with("--") || colours.contains_key(name) {
                continue;
            }
            let value = value.trim().trim_end_matches(';');
            let light = value
                .strip_prefix("light-dark(")
                .and_then(|both| both.split(',').next())
                .unwrap_or(value);
            colours.insert(name.into(), light.trim().into());
        }
        Self(colours)
    }

    /// A value of an attribute with colours in place of their names.
    pub(crate) fn fixed(&self, value: &str) -> String {
        let mut value = value.to_string();
        // A name may stand for another name; in a circle it would for ever.
        for _ in 0..4 {
            let Some((before, rest)) = value.split_once("var(") else { break };
            let Some((name, after)) = rest.split_once(')') else { break };
            let colour = self.0.get(name.trim()).map_or("#000000", String::as_str);
            value = format!("{before}{colour}{after}");
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_colours() {
        let colours = Colours::of(
            ":root {\n  --plot-1: light-dark(#00549b, #5aa5ff);\n  --plot-fg: var(--fg);\n  --round: var(--round);\n}\n",
        );
        assert_eq!(colours.fixed("var(--plot-1)"), "#00549b");
        assert_eq!(colours.fixed("var(--plot-fg)"), "#000000");
        assert_eq!(colours.fixed("var(--not-there)"), "#000000");
        assert_eq!(colours.fixed("none"), "none");
        assert!(colours.fixed("var(--round)").contains("var"));
    }
}
