//! Sizes: the numbers at the ends of ids.

use surveyor::kept::Measured;
use surveyor::kept::measurement::Measurement;

/// Up to here, each whole number is another `f64`.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// The size that a part of an id says: digits, and perhaps a point between them. Other ways to write a
/// number are names.
pub(crate) fn size(part: &str) -> Option<f64> {
    let is_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = part.split_once('.').unwrap_or((part, "0"));
    let size: f64 =
        part.parse().ok().filter(|_| is_digits(whole) && is_digits(fraction))?;
    (size <= LARGEST).then_some(size)
}

/// The measurements of a series that have a size and nothing else.
pub(crate) fn sized<'a>(
    on: &'a Measured,
    series: &'a str,
) -> impl Iterator<Item = (f64, &'a Measurement)> {
    let below = on.below(series);
    below.filter_map(|m| Some((size(&m.id[series.len() + 1..])?, m)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_in_digits() {
        for (part, expected) in
            [("0", 0.0), ("10", 10.0), ("1.0", 1.0), ("0.25", 0.25), ("2000000000", 2e9)]
        {
            assert_eq!(size(part), Some(expected), "{part}");
        }
        for name in [
            "",
            ".",
            "1.",
            ".5",
            "1.2.3",
            "-1",
            "+1",
            "1e30",
            "1E3",
            "inf",
            "nan",
            "infinity",
            "NaN",
            "0x10",
            "1_000",
            " 1",
            "１",
            "99999999999999999999",
        ] {
            assert_eq!(size(name), None, "{name}");
        }
    }
}
