//! Where in a text something stands.

/// The lines of a text.
pub(crate) struct Lines {
    /// Where each line after the first begins.
    starts: Vec<usize>,
}

impl Lines {
    /// Those of `text`.
    pub(crate) fn of(text: &str) -> Self {
        Self { starts: text.match_indices('\n').map(|(end, _)| end + 1).collect() }
    }

    /// The line in which byte `at` stands, from 1 on.
    pub(crate) fn at(&self, at: usize) -> usize {
        1 + self.starts.partition_point(|&start| start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let lines = Lines::of("a\n\nb");
        assert_eq!([0, 1, 2, 3, 4].map(|at| lines.at(at)), [1, 1, 2, 3, 3]);
        assert_eq!(Lines::of("").at(0), 1);
    }
}
