//! A claim of a scene, or a condition of a step: a figure compared with another figure, or with a value.

use std::cmp::Ordering;
use std::fmt;

use super::figure::FigureName;
use super::figure_value::FigureValue;
use super::scene_error::SceneFault;

enum_with_all! {
    /// How two values are compared.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Comparison {
        /// The same.
        Equal = "=",
        /// Not the same.
        Unequal = "!=",
        /// Less.
        Less = "<",
        /// Not more.
        AtMost = "<=",
        /// More.
        More = ">",
        /// Not less.
        AtLeast = ">=",
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A figure.
    Figure(FigureName),
    /// A value.
    Value(FigureValue),
}

/// A comparison of two values.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The figure on the left.
    pub left: FigureName,
    /// How the two sides are compared.
    pub op: Comparison,
    /// The right side.
    pub right: Operand,
}

impl Claim {
    /// Reads `server.reads < client.sends`.
    ///
    /// # Errors
    /// The first fault in the text.
    pub fn parse(text: &str) -> Result<Self, SceneFault> {
        let bad = || SceneFault::NoComparison(text.to_owned());
        let mut parts = text.trim().splitn(3, char::is_whitespace);
        let (left, op, right) = (parts.next(), parts.next(), parts.next());
        let (left, op, right) = (left.ok_or_else(bad)?, op.ok_or_else(bad)?, right.ok_or_else(bad)?.trim());
        let op = Comparison::ALL.into_iter().find(|known| known.name() == op).ok_or_else(bad)?;
        let right = match FigureValue::parse(right) {
            Some(value) => Operand::Value(value),
            None => Operand::Figure(FigureName::parse(right)?),
        };
        Ok(Self { left: FigureName::parse(left)?, op, right })
    }

    /// Whether the claim holds for the values that `observe` returns. A claim about a figure without a value does not hold.
    pub fn holds(&self, observe: &dyn Fn(&FigureName) -> Option<FigureValue>) -> bool {
        let right = match &self.right {
            Operand::Figure(name) => observe(name),
            Operand::Value(value) => Some(value.clone()),
        };
        let order = observe(&self.left).zip(right).and_then(|(left, right)| left.compare(&right));
        order.is_some_and(|order| self.op.holds(order))
    }

    /// The figures in the claim.
    pub fn names(&self) -> impl Iterator<Item = &FigureName> {
        let right = match &self.right {
            Operand::Figure(name) => Some(name),
            Operand::Value(_) => None,
        };
        std::iter::once(&self.left).chain(right)
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.left, self.op.name())?;
        match &self.right {
            Operand::Figure(name) => write!(f, "{name}"),
            Operand::Value(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_hold_or_not() {
        let observe = |name: &FigureName| match (name.actor.as_str(), name.figure.name()) {
            ("client", "sends") => Some(FigureValue::Number(4)),
            ("server", "reads") => Some(FigureValue::Number(1)),
            ("client", "blocked") => Some(FigureValue::word("recv")),
            _ => None,
        };
        for (text, holds) in [
            ("server.reads < client.sends", true),
            ("server.reads >= client.sends", false),
            ("client.sends = 4", true),
            ("client.sends != 4", false),
            ("client.blocked = recv", true),
            ("client.blocked = 4", false),
            ("nobody.sends = 4", false),
            ("client.sent <= 9 ", false),
        ] {
            assert_eq!(Claim::parse(text).unwrap().holds(&observe), holds, "{text}");
        }
    }

    #[test]
    fn what_is_no_comparison_is_refused() {
        for text in ["", "client.sends", "client.sends is 4", "client.sends = ", "sends = 4", "client.wealth > 3"] {
            assert!(Claim::parse(text).is_err(), "{text}");
        }
    }
}
