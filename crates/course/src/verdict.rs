//! What came out of an answer.

use serde::{Deserialize, Serialize};

/// What came out of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, and says why.
    Failed,
    /// It had to be killed after the time limit.
    Hung,
    /// It had to be killed for what it took: processes or memory.
    TooMuch,
    /// It wasn't tried, since another one had to be killed.
    NotTried,
}

/// A check, and what came out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// What came out.
    pub outcome: Outcome,
    /// What it printed; nothing when it passed.
    pub message: String,
}

/// What came out of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every check was tried, or not tried for a reason.
    Tried(Vec<Check>),
    /// The compiler refused it; what it said.
    DoesNotCompile(String),
    /// It wasn't compiled at all, and why.
    Refused(String),
    /// There is no answer.
    Missing,
}

impl Verdict {
    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        let passed = |check: &Check| check.outcome == Outcome::Passed;
        matches!(self, Self::Tried(checks) if !checks.is_empty() && checks.iter().all(passed))
    }

    /// The checks; none where the answer never ran.
    pub fn checks(&self) -> &[Check] {
        match self {
            Self::Tried(checks) => checks,
            Self::DoesNotCompile(_) | Self::Refused(_) | Self::Missing => &[],
        }
    }

    /// In one or two words.
    pub fn word(&self) -> &'static str {
        let any = |outcome| self.checks().iter().any(|check| check.outcome == outcome);
        match self {
            Self::DoesNotCompile(_) => "doesn't compile",
            Self::Refused(_) => "refused",
            Self::Missing => "missing",
            Self::Tried(_) if self.passed() => "passed",
            Self::Tried(_) if any(Outcome::TooMuch) => "too much",
            Self::Tried(_) if any(Outcome::Hung) => "hung",
            Self::Tried(_) => "failed",
        }
    }

    /// All that it said: of the compiler, or of the checks that didn't pass.
    pub fn said(&self) -> String {
        match self {
            Self::DoesNotCompile(said) | Self::Refused(said) => said.clone(),
            Self::Missing => String::new(),
            Self::Tried(checks) => {
                let said: Vec<_> =
                    checks.iter().map(|check| check.message.as_str()).collect();
                said.join("\n")
            }
        }
    }
}
