//! Literals: numbers, strings in all their quotes, symbols, arrays, hashes, ranges.

use ruby_prism::{Integer, Node, NodeList, RegularExpressionNode};

use super::super::failure::Failure;
use super::super::pattern::Pattern;
use super::super::syntax::{Kind, Pair};
use super::Lowering;

impl Lowering<'_> {
    pub(super) fn literal(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        if let Some(kind) = self.textual(node)? {
            return Ok(Some(kind));
        }
        let kind = if node.as_nil_node().is_some() {
            Kind::Nil
        } else if node.as_true_node().is_some() {
            Kind::Bool(true)
        } else if node.as_false_node().is_some() {
            Kind::Bool(false)
        } else if node.as_self_node().is_some() {
            Kind::SelfObject
        } else if let Some(integer) = node.as_integer_node() {
            integer_kind(&integer.value())
        } else if let Some(float) = node.as_float_node() {
            Kind::Float(float.value())
        } else if node.as_rational_node().is_some() || node.as_imaginary_node().is_some() {
            Kind::Opaque { reason: "rational and complex numbers are left to Ruby", parts: Vec::new() }
        } else if node.as_source_line_node().is_some() {
            let line = node.location().start_line();
            Kind::Int(i128::from(line))
        } else if node.as_source_file_node().is_some() {
            Kind::Str { text: "/etc/gitlab/gitlab.rb".to_owned(), frozen: false }
        } else if let Some(array) = node.as_array_node() {
            Kind::Array(self.list(&array.elements())?)
        } else if let Some(hash) = node.as_hash_node() {
            Kind::Hash(self.pairs(&hash.elements())?)
        } else if let Some(hash) = node.as_keyword_hash_node() {
            Kind::Hash(self.pairs(&hash.elements())?)
        } else if let Some(splat) = node.as_splat_node() {
            match splat.expression() {
                Some(expression) => Kind::Splat(self.boxed(&expression)?),
                None => Kind::Opaque { reason: "it passes on unnamed arguments", parts: Vec::new() },
            }
        } else if let Some(range) = node.as_range_node() {
            Kind::Range {
                first: self.optional(range.left())?,
                last: self.optional(range.right())?,
                exclusive: range.is_exclude_end(),
            }
        } else if let Some(implicit) = node.as_implicit_node() {
            self.node(&implicit.value())?.kind
        } else {
            return Ok(None);
        };
        Ok(Some(kind))
    }

    fn textual(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        let kind = if let Some(string) = node.as_string_node() {
            match text(string.unescaped()) {
                Some(text) => Kind::Str { text, frozen: string.is_frozen() },
                None => NOT_UTF8,
            }
        } else if let Some(symbol) = node.as_symbol_node() {
            text(symbol.unescaped()).map_or(NOT_UTF8, Kind::Symbol)
        } else if let Some(regex) = node.as_regular_expression_node() {
            let plain = !regex.is_extended() && !regex.is_once() && !has_encoding(&regex);
            let source = text(regex.content_loc().as_slice()).filter(|_| plain);
            // A slash between slashes is escaped, which says nothing more.
            match source.and_then(|it| Pattern::new(&it, regex.is_ignore_case(), regex.is_multi_line())) {
                Some(pattern) => Kind::Pattern(pattern),
                None => return Ok(None),
            }
        } else if let Some(string) = node.as_interpolated_string_node() {
            let literal_only = string.parts().iter().all(|part| part.as_string_node().is_some());
            let frozen =
                literal_only && string.parts().iter().any(|p| p.as_string_node().is_some_and(|s| s.is_frozen()));
            Kind::Joined { parts: self.parts(&string.parts())?, symbol: false, frozen: frozen || string.is_frozen() }
        } else if let Some(symbol) = node.as_interpolated_symbol_node() {
            Kind::Joined { parts: self.parts(&symbol.parts())?, symbol: true, frozen: false }
        } else if let Some(command) = node.as_interpolated_x_string_node() {
            Kind::Output(self.parts(&command.parts())?)
        } else if let Some(command) = node.as_x_string_node() {
            let kind = text(command.unescaped()).map_or(NOT_UTF8, |text| Kind::Str { text, frozen: false });
            Kind::Output(vec![super::Expr { span: self.span(&node.location()), kind }])
        } else {
            return Ok(None);
        };
        Ok(Some(kind))
    }

    fn parts(&mut self, parts: &NodeList<'_>) -> Result<Vec<super::Expr>, Failure> {
        let mut lowered = Vec::new();
        for part in parts {
            let span = self.span(&part.location());
            if let Some(embedded) = part.as_embedded_statements_node() {
                let kind = Kind::Sequence(self.statements(embedded.statements())?);
                lowered.push(super::Expr { span, kind });
            } else if let Some(embedded) = part.as_embedded_variable_node() {
                lowered.push(self.node(&embedded.variable())?);
            } else {
                lowered.push(self.node(&part)?);
            }
        }
        Ok(lowered)
    }

    fn pairs(&mut self, elements: &NodeList<'_>) -> Result<Vec<Pair>, Failure> {
        let mut pairs = Vec::new();
        for element in elements {
            if let Some(pair) = element.as_assoc_node() {
                pairs.push(Pair::Entry { key: self.node(&pair.key())?, value: self.node(&pair.value())? });
            } else if let Some(splat) = element.as_assoc_splat_node()
                && let Some(value) = splat.value()
            {
                pairs.push(Pair::Splat(self.node(&value)?));
            }
        }
        Ok(pairs)
    }
}

/// Whether the flags say how bytes are read.
fn has_encoding(regex: &RegularExpressionNode<'_>) -> bool {
    regex.is_euc_jp() || regex.is_ascii_8bit() || regex.is_windows_31j() || regex.is_utf_8()
}

const NOT_UTF8: Kind = Kind::Opaque { reason: "its bytes are not valid UTF-8", parts: Vec::new() };

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn integer_kind(value: &Integer<'_>) -> Kind {
    let (negative, digits) = value.to_u32_digits();
    if digits.len() > 3 {
        return Kind::Opaque { reason: "the number is too large", parts: Vec::new() };
    }
    let size = digits.iter().rev().fold(0_i128, |sum, digit| (sum << 32) | i128::from(*digit));
    Kind::Int(if negative { -size } else { size })
}
