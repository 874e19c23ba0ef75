//! Method calls: who is called, and with what.

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::methods;
use super::super::outcome::{Outcome, Stop, Target, raised};
use super::super::syntax::{BlockArgument, Call, Expr, Kind};
use super::super::{Hash, HashEntry, HashKey, RubyHash, Span, Unknown, Value};
use super::control::is_kind;

/// How many elements a range may be spelt out to.
const RANGE_LIMIT: i128 = 100_000;

impl<'a> Evaluation<'a> {
    pub(super) fn call(&mut self, call: &'a Call, span: Span) -> Outcome {
        let before = self.doubt.clone();
        match self.call_here(call, span) {
            Err(Stop::Break(value)) if matches!(call.block, Some(BlockArgument::Body(_))) => {
                self.doubt = before.or_else(|| self.lasting_doubt.clone());
                Ok(value)
            }
            Err(Stop::Leave(Target::Call(at), value)) if at == call.name_span => Ok(value),
            result => {
                if matches!(call.block, Some(BlockArgument::Body(_))) {
                    self.doubt = before.or_else(|| self.lasting_doubt.clone());
                }
                result
            }
        }
    }

    fn call_here(&mut self, call: &'a Call, span: Span) -> Outcome {
        let Some(receiver_expression) = &call.receiver else { return self.top_level_call(call, span) };
        if self.is_settings_object(receiver_expression) {
            return self.settings_object_call(call, span);
        }
        if let Kind::Constant(name) = &receiver_expression.kind
            && !self.shared.contains_key(name.as_str())
        {
            return self.constant_call(name, call, span);
        }
        if let Some(value) = self.range_call(receiver_expression, call, span)? {
            return Ok(value);
        }
        if let Some(value) = self.part_of_address(receiver_expression, call, span)? {
            return Ok(value);
        }
        if let Some(value) = self.call_of_pattern(receiver_expression, call, span)? {
            return Ok(value);
        }
        let receiver = match &receiver_expression.kind {
            Kind::Read(variable) if call.assignment => self.changed_receiver(variable, receiver_expression)?,
            _ => self.expression(receiver_expression)?,
        };
        if call.safe && matches!(receiver, Value::Nil) {
            return Ok(Value::Nil);
        }
        if let Some(value) = self.call_with_pattern(&receiver, call, span)? {
            return Ok(value);
        }
        if let (Some(argument), true) = (call.arguments.first(), matches!(call.name.as_str(), "[]" | "slice"))
            && let Kind::Range { first, last, exclusive } = &argument.kind
        {
            let bounds = [self.bound(first.as_deref())?, self.bound(last.as_deref())?];
            return methods::slice_range(self, &receiver, &bounds, *exclusive, span);
        }
        if let (Some(Kind::Constant(class)), true) = (
            call.arguments.first().map(|argument| &argument.kind),
            matches!(call.name.as_str(), "is_a?" | "kind_of?" | "instance_of?"),
        ) && let (false, Some(is)) = (matches!(receiver, Value::Unknown(_)), is_kind(&receiver, class))
        {
            return Ok(Value::Bool(is));
        }
        let arguments = self.list(&call.arguments)?;
        let assigned = arguments.last().cloned();
        let callback = call.block.as_ref().map(|block| self.callback(block, call.name_span)).transpose()?.flatten();
        let place = if call.assignment { span } else { Span::new(span.start, call.name_span.end.max(span.end)) };
        let result = self.dispatch_at(receiver, &call.name, arguments, callback.as_ref(), place, call.name_span)?;
        Ok(if call.assignment { assigned.unwrap_or(result) } else { result })
    }

    fn bound(&mut self, bound: Option<&'a Expr>) -> Outcome<Option<Value>> {
        bound.map(|bound| self.expression(bound)).transpose()
    }

    /// `(1..3).map { … }`, `list.each_with_index.map { … }`: what is gone through, spelt out as an array.
    fn range_call(&mut self, receiver: &'a Expr, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let items = match &receiver.kind {
            Kind::Call(inner) => self.indexed_items(inner)?,
            _ => match unwrapped(receiver) {
                Some(range) => self.range_items(range)?,
                None => None,
            },
        };
        let Some(items) = items else { return Ok(None) };
        let methods = [
            "to_a",
            "entries",
            "map",
            "collect",
            "each",
            "each_with_index",
            "select",
            "filter",
            "reject",
            "flat_map",
            "include?",
            "member?",
            "each_with_object",
            "inject",
            "reduce",
            "sum",
            "size",
            "count",
            "first",
            "last",
            "min",
            "max",
            "find",
            "each_slice",
        ];
        if !methods.contains(&call.name.as_str()) {
            return Ok(None);
        }
        let name = if call.name == "entries" { "to_a" } else { call.name.as_str() };
        let arguments = self.list(&call.arguments)?;
        let callback = call.block.as_ref().map(|block| self.callback(block, call.name_span)).transpose()?.flatten();
        self.dispatch(Value::array(items), name, arguments, callback.as_ref(), span).map(Some)
    }

    /// The elements of `list.each_with_index`, without a block, as pairs.
    fn indexed_items(&mut self, call: &'a Call) -> Outcome<Option<Vec<Value>>> {
        let (Some(list), "each_with_index", true, None) =
            (&call.receiver, call.name.as_str(), call.arguments.is_empty(), &call.block)
        else {
            return Ok(None);
        };
        // Only of what can be evaluated again if it turns out to be no array.
        if !matches!(list.kind, Kind::Read(_) | Kind::Array(_)) {
            return Ok(None);
        }
        let Value::Array(array) = self.expression(list)? else { return Ok(None) };
        let items = array.borrow().items.clone();
        self.work(items.len(), list.span)?;
        let numbered = items.into_iter().zip(0..).map(|(item, index)| Value::array(vec![item, Value::Int(index)]));
        Ok(Some(numbered.collect()))
    }

    /// The elements of a range of integers with known bounds.
    pub(super) fn range_items(&mut self, range: &'a Expr) -> Outcome<Option<Vec<Value>>> {
        let Kind::Range { first: Some(first), last: Some(last), exclusive } = &range.kind else { return Ok(None) };
        let (Value::Int(first), Value::Int(last)) = (self.expression(first)?, self.expression(last)?) else {
            return Ok(None);
        };
        let end = if *exclusive { last.saturating_sub(1) } else { last };
        if end.saturating_sub(first) > RANGE_LIMIT {
            return Ok(None);
        }
        self.work(usize::try_from(end.saturating_sub(first)).unwrap_or(0), range.span)?;
        Ok(Some((first..=end).map(Value::Int).collect()))
    }

    /// What a `for` loop goes through.
    pub(super) fn items_of(&mut self, items: &'a Expr) -> Outcome {
        if let Some(range) = unwrapped(items)
            && let Some(items) = self.range_items(range)?
        {
            return Ok(Value::array(items));
        }
        self.expression(items)
    }

    /// A call on a constant that the file does not define itself.
    fn constant_call(&mut self, constant: &'a str, call: &'a Call, span: Span) -> Outcome {
        let arguments = self.list(&call.arguments)?;
        if let Some(value) = self.machine_call(constant, call, &arguments, span)? {
            return Ok(value);
        }
        match (constant, call.name.as_str(), arguments.as_slice()) {
            ("File", "join", parts) if parts.iter().all(|part| matches!(part, Value::Str(_))) => {
                let parts: Vec<String> = parts.iter().filter_map(|part| part.to_ruby_text().ok()).collect();
                return self.new_text(join_path(&parts), span);
            }
            ("Hash" | "Array" | "String", "new", []) => {
                return Ok(match constant {
                    "Hash" if call.block.is_none() => Value::hash(RubyHash::default()),
                    "Array" => Value::array(Vec::new()),
                    "String" => Value::text(""),
                    _ => self.unknown(span, "hashes with computed defaults are left to Ruby"),
                });
            }
            ("String", "new", [Value::Str(text)]) => {
                let copy = text.borrow().text.clone();
                return self.new_text(copy, span);
            }
            _ => {}
        }
        let unknown = self.unknown(span, constant_reason(constant, &call.name));
        if let (Value::Unknown(why), Some(block)) = (&unknown, &call.block) {
            let callback = self.callback(block, call.name_span)?;
            self.callback_in_doubt(callback.as_ref(), why)?;
        }
        Ok(unknown)
    }

    pub(in super::super) fn dispatch(
        &mut self,
        receiver: Value,
        name: &str,
        arguments: Vec<Value>,
        callback: Option<&Callback<'a>>,
        span: Span,
    ) -> Outcome {
        self.dispatch_at(receiver, name, arguments, callback, span, span)
    }

    /// Calls a method of a value.
    fn dispatch_at(
        &mut self,
        receiver: Value,
        name: &str,
        arguments: Vec<Value>,
        callback: Option<&Callback<'a>>,
        span: Span,
        name_span: Span,
    ) -> Outcome {
        let receiver = receiver.settled();
        if let Value::Unknown(why) = &receiver {
            if let Some(lambda) = self.lambda_of(why).filter(|_| matches!(name, "call" | "()" | "yield" | "[]" | "==="))
            {
                return self.call_lambda(&lambda, arguments, span);
            }
            self.callback_in_doubt(callback, why)?;
            return Ok(receiver);
        }
        if let Some(Callback::Unknown(why)) = callback {
            Self::taint_if_changed(&receiver, name, why);
            return Ok(Value::Unknown(why.clone()));
        }
        let mutates = methods::changes_receiver(&receiver, name);
        if mutates && methods::is_frozen(&receiver) && methods::exists(&receiver, name) {
            let kind = receiver.class_name().to_lowercase().replace("configmash", "hash");
            let message = format!("`{name}` changes a frozen {kind}: `FrozenError`");
            return raised(FailureKind::FrozenString, span, message)
                .map_err(|stop| with_help(stop, "append to a copy instead: `value + '…'`, or `value.dup << '…'`"));
        }
        if let (true, Some(why), false) = (mutates, &self.doubt, methods::stores_by_key(&receiver, name)) {
            let why = why.clone();
            Self::taint(&receiver, &why);
            self.callback_in_doubt(callback, &why)?;
            return Ok(Value::Unknown(why));
        }
        let why = methods::unknown_input(self, &receiver, name, &arguments, span)?;
        if let Some(why) = why {
            Self::taint_if_changed(&receiver, name, &why);
            self.callback_in_doubt(callback, &why)?;
            return Ok(Value::Unknown(why));
        }
        if let Some(value) = methods::call(self, &receiver, name, &arguments, callback, span)? {
            return Ok(value);
        }
        if !methods::exists(&receiver, name) {
            return no_method(&receiver, name, name_span);
        }
        let reason = format!("`{}#{name}` in this form is left to Ruby", receiver.class_name());
        let unknown = self.unknown(span, reason);
        if let Value::Unknown(why) = &unknown {
            Self::taint_if_changed(&receiver, name, why);
            self.callback_in_doubt(callback, why)?;
        }
        Ok(unknown)
    }

    fn taint_if_changed(receiver: &Value, name: &str, why: &Unknown) {
        if methods::changes_receiver(receiver, name) {
            Self::taint(receiver, why);
        }
    }

    /// Reads `hash[key]` as the package's own hash class does: a missing key makes an empty hash there.
    pub(in super::super) fn vivify(&mut self, hash: &Hash, key: HashKey) -> Value {
        let made = Value::hash(RubyHash::new_mash());
        let entry = HashEntry { value: made.clone(), span: None };
        hash.borrow_mut().entries.insert(key, entry);
        made
    }
}

fn no_method(receiver: &Value, name: &str, span: Span) -> Outcome {
    let of = match receiver {
        Value::Nil => "`nil`".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        other => match other.class_name() {
            class if class.starts_with(['A', 'E', 'I', 'O', 'U']) => format!("an {class}"),
            class => format!("a {class}"),
        },
    };
    raised(FailureKind::NoMethod, span, format!("undefined method `{name}` for {of}: `NoMethodError`"))
}

fn with_help(stop: Stop, help: &str) -> Stop {
    match stop {
        Stop::Failed(failure) => Stop::Failed(Box::new(failure.with_help(help))),
        other => other,
    }
}

fn unwrapped(expression: &Expr) -> Option<&Expr> {
    match &expression.kind {
        Kind::Range { .. } => Some(expression),
        Kind::Sequence(statements) => match statements.as_slice() {
            [only] => unwrapped(only),
            _ => None,
        },
        _ => None,
    }
}

fn join_path(parts: &[String]) -> String {
    let mut path = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index == 0 {
            path.push_str(part);
            continue;
        }
        let trimmed = path.trim_end_matches('/').len();
        path.truncate(trimmed);
        path.push('/');
        path.push_str(part.trim_start_matches('/'));
    }
    path
}

fn constant_reason(constant: &str, method: &str) -> String {
    match constant {
        "File" | "IO" | "Dir" | "Pathname" | "FileUtils" => "it asks the file system".to_owned(),
        "Socket" | "Addrinfo" | "Resolv" | "IPSocket" | "Etc" | "Process" => "it asks the machine".to_owned(),
        "Time" | "Date" | "DateTime" => "it asks the clock".to_owned(),
        "SecureRandom" | "Random" => "it is random".to_owned(),
        "ENV" => "only Ruby knows the whole environment".to_owned(),
        _ => format!("`{constant}.{method}` is left to Ruby"),
    }
}
