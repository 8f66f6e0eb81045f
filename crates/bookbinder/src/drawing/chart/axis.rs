//! Where a value stands on an axis, and the ticks of the axis.

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;

/// The range of an axis; of its logarithms if it is logarithmic.
pub(super) struct Axis {
    log: bool,
    min: f64,
    max: f64,
}

pub(super) struct Tick {
    /// How far along the axis it stands: 0 at its start, 1 at its end.
    pub(super) share: f64,
    pub(super) label: String,
}

/// Whether a value can be drawn. Beyond the bounds lies nothing that was measured, only
/// overflow.
pub(super) fn has_place(value: f64, log: bool) -> bool {
    value.abs() < 1e30 && (value > 1e-30 || !log)
}

impl Axis {
    /// An axis with room for the values. `from_zero` is for axes that are not
    /// logarithmic.
    pub(super) fn new(
        log: bool,
        from_zero: bool,
        values: impl Iterator<Item = f64>,
    ) -> Axis {
        let placed = values
            .filter(|v| has_place(*v, log))
            .map(|v| if log { v.log10() } else { v });
        let (mut min, mut max) =
            placed.fold((f64::MAX, f64::MIN), |(min, max), v| (v.min(min), v.max(max)));
        if min > max {
            (min, max) = (0.0, 1.0);
        }
        let from_zero = from_zero && !log && min >= 0.0;
        if from_zero {
            min = 0.0;
        }
        // Nothing stands on the edge; a single value stands in the middle.
        let margin = if max - min > max.abs() * 1e-9 {
            (max - min) * 0.04
        } else if log {
            0.5
        } else {
            max.abs().max(1.0) * 0.5
        };
        max += margin;
        if !from_zero {
            min -= margin;
        }
        let powers_of_ten = || max.floor() - min.ceil() + 1.0;
        if log && powers_of_ten() < 2.0 {
            (min, max) = (min.floor(), max.ceil());
        }
        Axis { log, min, max }
    }

    /// How far along the axis a value stands: 0 at its start, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        // In this order NaN, the logarithm of what is negative, becomes the start.
        self.share_of_placed(self.place(value).max(self.min).min(self.max))
    }

    fn place(&self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }

    /// The same in coordinates, on an axis of that length.
    pub(super) fn along(&self, length: i32, value: f64) -> i32 {
        (self.share(value) * f64::from(length)).round() as i32
    }

    fn share_of_placed(&self, placed: f64) -> f64 {
        (placed - self.min) / (self.max - self.min)
    }

    /// As many ticks as `length` has room for with labels of that `extent`: the
    /// `measured` values, if these are few, or else round numbers; if the axis is
    /// logarithmic, powers of `base`.
    pub(super) fn ticks(
        &self,
        length: i32,
        format: fn(f64) -> String,
        base: f64,
        extent: impl Fn(&str) -> i32,
        measured: &[f64],
    ) -> Vec<Tick> {
        // Fewer and fewer; at 60 there are no more than two powers of ten, by
        // `has_place`.
        let round_numbers = |n: usize| -> Vec<f64> {
            if self.log {
                let power = |at: f64| at / base.log10();
                (power(self.min).ceil() as i32..=power(self.max).floor() as i32)
                    .rev()
                    .step_by(n)
                    .map(|power| base.powi(power))
                    .collect()
            } else {
                RangedCoordf64::from(self.min..self.max)
                    .key_points(8usize.saturating_sub(n).max(1))
            }
        };
        let few = (1..=8).contains(&measured.len()).then(|| measured.to_vec());
        let labelled = |value: f64| (self.place(value), bare(&format(value)));
        let scale = f64::from(length) / (self.max - self.min);
        let fit = |ticks: &Vec<(f64, String)>| {
            ticks.windows(2).all(|pair| {
                let room = (pair[1].0 - pair[0].0).abs() * scale;
                2.0 * room >= f64::from(extent(&pair[0].1) + extent(&pair[1].1))
            })
        };
        let ticks = few
            .into_iter()
            .chain((1..=60).map(round_numbers))
            .map(|values| values.into_iter().map(labelled).collect())
            .find(fit)
            .unwrap_or_default();
        ticks
            .into_iter()
            .map(|(at, label)| Tick { share: self.share_of_placed(at), label })
            .collect()
    }
}

/// A written value without its needless decimals: `1.0 µs` becomes `1 µs`.
fn bare(written: &str) -> String {
    let end = written
        .find(|c: char| !c.is_ascii_digit() && !",.-".contains(c))
        .unwrap_or(written.len());
    let (number, unit) = written.split_at(end);
    if number == "0" {
        "0".into()
    } else if number.contains('.') {
        format!("{}{unit}", number.trim_end_matches('0').trim_end_matches('.'))
    } else {
        written.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::text::width;

    #[test]
    fn axes_say_no_more_than_they_must() {
        let written =
            ["1.0 µs", "0 ns", "1.5 ms", "100", "1,000", "0.50×", "1.00×", "", "NaN"]
                .map(bare);
        assert_eq!(
            written,
            ["1 µs", "0", "1.5 ms", "100", "1,000", "0.5×", "1×", "", "NaN"]
        );
        let axis = Axis::new(true, false, [100.0, 1e9].into_iter());
        let labels = |ticks: Vec<Tick>| -> Vec<String> {
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        let number = tour::format::number;
        assert_eq!(
            labels(axis.ticks(3300, number, 10.0, width, &[])),
            ["1,000,000,000", "1,000,000", "1,000"]
        );
        assert_eq!(
            labels(axis.ticks(3300, number, 10.0, width, &[1e3, 4e8])),
            ["1,000", "400,000,000"]
        );
        let axis = Axis::new(true, false, [40_000.0, 1e7].into_iter());
        assert_eq!(
            labels(axis.ticks(3300, tour::format::bytes, 4.0, |_| 1, &[])),
            ["4 MiB", "1 MiB", "256 KiB", "64 KiB"]
        );
    }

    #[test]
    fn values_have_room() {
        let axis = Axis::new(false, true, [30.0, 100.0].into_iter());
        assert_eq!(
            (axis.share(0.0), axis.share(f64::NAN), axis.share(1e9)),
            (0.0, 0.0, 1.0)
        );
        assert!(axis.share(100.0) < 1.0);
        assert_eq!(Axis::new(true, false, [1000.0].into_iter()).share(1000.0), 0.5);
    }
}
