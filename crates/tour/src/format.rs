//! Times, counts and ratios for people.
//!
//! Two or three digits and no more: the rest of a measurement is noise.

use std::time::Duration;

/// A time: `812 ns`, `41 µs`, `3.2 ms`, `1.5 s`.
pub fn time(time: Duration) -> String {
    nanoseconds(time.as_nanos() as f64)
}

/// A time given in nanoseconds.
pub fn nanoseconds(ns: f64) -> String {
    scaled(ns, 1e3, &["ns", "µs", "ms", "s"])
}

/// A size in bytes, in powers of 1,024: `512 B`, `8.0 KiB`, `2.1 MiB`.
pub fn bytes(bytes: f64) -> String {
    scaled(bytes, 1024.0, &["B", "KiB", "MiB", "GiB"])
}

/// A ratio: `0.53×`, `1.94×`, `41×`, `1,204×`; `—` when it divides by zero.
pub fn ratio(ratio: f64) -> String {
    match ratio {
        _ if !ratio.is_finite() => "—".into(),
        // What would round to 10.00 is written as 10.
        _ if ratio < 9.995 => format!("{ratio:.2}×"),
        _ => format!("{}×", count(ratio.round() as u64)),
    }
}

/// A whole number with its thousands set apart: `1,000,000`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many things, one of which is a `thing`: `1 thread`, `1,000 threads`.
pub fn counted(n: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A number from 0 on that need not be whole: one decimal below 10, none from there on.
pub fn number(x: f64) -> String {
    if x < 9.95 && x.fract() != 0.0 { format!("{x:.1}") } else { count(x.round() as u64) }
}

/// `value` in the largest of `units` in which it is at least 1; each unit is `step` times
/// the one before.
fn scaled(mut value: f64, step: f64, units: &[&str]) -> String {
    let mut unit = 0;
    // 999.6 µs would be written as 1000 µs: it is 1.0 ms.
    while value >= step - 0.5 && unit + 1 < units.len() {
        value /= step;
        unit += 1;
    }
    if value < 9.95 && !(unit == 0 && value.fract() == 0.0) {
        format!("{value:.1} {}", units[unit])
    } else {
        format!("{} {}", count(value.round() as u64), units[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_take_the_unit_that_fits() {
        let written = [
            0.0,
            0.31,
            1.0,
            812.0,
            999.6,
            41_000.0,
            3_210_000.0,
            999_999_999.0,
            9.96e9,
            4e12,
        ]
        .map(nanoseconds);
        assert_eq!(
            written,
            [
                "0 ns", "0.3 ns", "1 ns", "812 ns", "1.0 µs", "41 µs", "3.2 ms", "1.0 s",
                "10 s", "4,000 s"
            ]
        );
        assert_eq!(time(Duration::from_micros(1_500)), "1.5 ms");
    }

    #[test]
    fn ratios_keep_three_digits() {
        assert_eq!(ratio(f64::INFINITY), "—");
        assert_eq!(
            [0.531, 1.9, 9.996, 41.2, 1_203.9].map(ratio),
            ["0.53×", "1.90×", "10×", "41×", "1,204×"]
        );
    }

    #[test]
    fn counts_have_their_thousands_set_apart() {
        assert_eq!(
            [0, 999, 1_000, 12_345, 1_000_000].map(count),
            ["0", "999", "1,000", "12,345", "1,000,000"]
        );
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!(counted(1, "thread"), "1 thread");
        assert_eq!(counted(1_000, "part"), "1,000 parts");
    }

    #[test]
    fn bytes_go_by_1024() {
        assert_eq!([1.0, 8_192.0, 2_202_010.0].map(bytes), ["1 B", "8.0 KiB", "2.1 MiB"]);
    }

    #[test]
    fn numbers_have_a_decimal_only_where_it_says_something() {
        assert_eq!([1.0, 2.5, 59.7, 1_234.0].map(number), ["1", "2.5", "60", "1,234"]);
    }
}
