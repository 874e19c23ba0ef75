//! The network between everybody: messages under way, in any order, lost or repeated.

use std::collections::BTreeMap;
use std::time::Duration;

use gitlab_mattermost_core::http::{Request, Response};
use gitlab_mattermost_core::mattermost::{Answer, CallFailed, Flow, FlowAction, FlowInput, Question, StateToken};

use super::adversary::Adversary;
use super::browser::Browser;
use super::message::{Message, Origin, Party, code_of, member, set_cookie, state_fields};
use super::sides::{EVIL, GITLAB, LOGIN, Seeded, Sides};
use super::step::{Attack, Step};
use super::witness::{Rule, SignIn, Violation, Witness};

/// What Mattermost can be made to do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Every state is good.
    AnyState,
    /// Every cookie fits.
    AnyCookie,
    /// A state stays good after it was used.
    StateKept,
    /// The client secret stands in the address of the token request.
    SecretInAddress,
    /// The client secret goes to GitLab through the browser.
    SecretThroughBrowser,
}

/// How often things happened.
#[derive(Debug, Default)]
pub struct Counts {
    pub begun: usize,
    pub messages: usize,
    pub sign_ins: usize,
    pub tried: BTreeMap<Attack, usize>,
    /// Answers to an attack, or to what a lured person did next, that were worth nothing.
    pub refused: BTreeMap<Attack, usize>,
    /// Sign-ins into somebody else's account.
    pub thefts: usize,
}

/// A flow of Mattermost that is not over.
struct Running {
    flow: Flow,
    asked: Message,
    began: u64,
    question: Option<Question>,
    call: Option<Request>,
    /// GitLab's number in the account that the opened session is of.
    account: String,
}

/// Everybody, and the messages between them.
pub struct Network {
    pub sides: Sides,
    pub counts: Counts,
    pub lie: Option<Lie>,
    leaks: bool,
    browsers: Vec<Browser>,
    under_way: Vec<Message>,
    flows: BTreeMap<usize, Running>,
    last_flow: usize,
    tick: u64,
    time: Seeded,
    adversary: Adversary,
    witness: Witness,
}

impl Network {
    /// A network of so many people, of whom the last is the adversary; `leaks`: he sees where GitLab sends the others.
    pub fn new(seed: u64, people: usize, leaks: bool) -> Self {
        Self {
            sides: Sides::new(seed, people),
            counts: Counts::default(),
            lie: None,
            leaks,
            browsers: (0..people).map(Browser::new).collect(),
            under_way: Vec::new(),
            flows: BTreeMap::new(),
            last_flow: 0,
            tick: 0,
            time: Seeded(seed ^ 0x7469_6d65),
            adversary: Adversary::new(seed),
            witness: Witness::new(people),
        }
    }

    /// How many messages and flows are not at their end.
    pub fn busy(&self) -> usize {
        self.under_way.len() + self.flows.values().filter(|running| running.question.is_some()).count()
    }

    /// Lets one thing happen.
    pub fn apply(&mut self, step: Step) -> Result<(), Violation> {
        self.tick += 1;
        self.sides.wait(Duration::from_millis(self.time.next() % 40));
        match step {
            Step::Begin { person, denies } => self.begin(person, denies),
            Step::Deliver(choice) => match self.take(choice) {
                Some(message) => self.deliver(message),
                None => Ok(()),
            },
            Step::Repeat(choice) => {
                let Some(message) = self.take(choice) else { return Ok(()) };
                self.under_way.push(message.clone());
                self.deliver(message)
            }
            Step::Lose(choice) => match self.take(choice) {
                Some(message) => self.lose(message),
                None => Ok(()),
            },
            Step::Answer(choice) => self.answer(choice),
            Step::Attack { attack, choice } => self.attack(attack, choice),
            Step::Wait(seconds) => {
                self.sides.wait(Duration::from_secs(seconds));
                Ok(())
            }
            Step::Forget { person } => {
                let count = self.browsers.len();
                self.browsers[person % count].forget();
                Ok(())
            }
        }
    }

    /// Delivers everything in order until nothing is under way, at most so many messages.
    pub fn settle(&mut self, limit: usize) -> Result<(), Violation> {
        for _step in 0..limit {
            if self.busy() == 0 {
                break;
            }
            self.apply(Step::Answer(0))?;
            self.apply(Step::Deliver(0))?;
        }
        Ok(())
    }

    fn begin(&mut self, person: usize, denies: bool) -> Result<(), Violation> {
        let person = person % self.browsers.len();
        self.counts.begun += 1;
        let request = self.browsers[person].get(LOGIN).unwrap();
        self.send_request(Party::Browser(person), Origin::Person { denies }, request)
    }

    fn attack(&mut self, attack: Attack, choice: usize) -> Result<(), Violation> {
        let Some(message) = self.adversary.attack(attack, choice, &self.browsers) else { return Ok(()) };
        *self.counts.tried.entry(attack).or_default() += 1;
        self.send(message)
    }

    fn is_adversary(&self, person: usize) -> bool {
        person + 1 == self.browsers.len()
    }

    fn take(&mut self, choice: usize) -> Option<Message> {
        let count = self.under_way.len();
        (count > 0).then(|| self.under_way.remove(choice % count))
    }

    fn send_request(&mut self, from: Party, origin: Origin, request: Request) -> Result<(), Violation> {
        let to = match request.host.as_str() {
            GITLAB => Party::GitLab,
            EVIL => Party::Evil,
            _ => Party::Mattermost,
        };
        self.send(Message { from, to, origin, request, response: None })
    }

    /// Puts a message on its way. Whatever the adversary sends himself is his own business.
    fn send(&mut self, message: Message) -> Result<(), Violation> {
        let is_own = matches!(message.from, Party::Browser(person) if self.is_adversary(person));
        if !is_own {
            self.witness.secrets.check(&message)?;
        }
        if let (true, Party::Browser(person), Some(response)) = (self.leaks, message.to, &message.response)
            && !self.is_adversary(person)
        {
            self.adversary.overhears(person, response);
        }
        self.under_way.push(message);
        Ok(())
    }

    fn deliver(&mut self, message: Message) -> Result<(), Violation> {
        self.counts.messages += 1;
        match (message.to, message.response.clone()) {
            (Party::GitLab, _) => {
                let response = self.sides.ask_gitlab(&message.request);
                self.witness.gitlab(&message, &response, self.sides.now)?;
                self.send(message.answered(response))
            }
            (Party::Mattermost, None) => self.enter(message),
            (Party::Mattermost, Some(response)) => self.called(&message, Ok(response)),
            (Party::Browser(person), Some(response)) => self.show(person, message, &response),
            (Party::Evil, _) => {
                self.adversary.is_visited(&message.request);
                Ok(())
            }
            (Party::Browser(_), None) => Ok(()),
        }
    }

    fn lose(&mut self, message: Message) -> Result<(), Violation> {
        match message.origin {
            Origin::Flow(_) => self.called(&message, Err(CallFailed { reason: "EOF".to_owned() })),
            _ => Ok(()),
        }
    }

    /// A browser gets an answer, and goes on.
    fn show(&mut self, person: usize, message: Message, response: &Response) -> Result<(), Violation> {
        if let Some(attack) = message.origin.attack()
            && !gains(response)
        {
            *self.counts.refused.entry(attack).or_default() += 1;
        }
        if self.is_adversary(person) {
            self.adversary.receives(response);
        }
        if matches!(message.origin, Origin::Attack(_)) {
            return Ok(());
        }
        let denies = message.origin == Origin::Person { denies: true };
        let Some(next) = self.browsers[person].receive(&message.request, response, denies) else { return Ok(()) };
        let is_return = next.path.ends_with("/complete");
        if is_return && self.is_adversary(person) && !self.adversary.lets_return(&next) {
            return Ok(());
        }
        self.send_request(message.to, message.origin, next)
    }

    /// Mattermost gets a request.
    fn enter(&mut self, message: Message) -> Result<(), Violation> {
        let Some(flow) = self.sides.begin(&message.request) else { return Ok(()) };
        self.last_flow += 1;
        let (began, account) = (self.tick, String::new());
        let running = Running { flow, asked: message, began, question: None, call: None, account };
        self.advance(self.last_flow, running, FlowInput::Start)
    }

    /// GitLab answered a call of Mattermost, or cannot any more. Only the first answer counts.
    fn called(&mut self, message: &Message, answer: Result<Response, CallFailed>) -> Result<(), Violation> {
        let Origin::Flow(number) = message.origin else { return Ok(()) };
        let waits = |running: &Running| running.call.as_ref() == Some(&message.request);
        if !self.flows.get(&number).is_some_and(waits) {
            return Ok(());
        }
        match self.flows.remove(&number) {
            Some(running) => self.advance(number, running, FlowInput::GitLab(answer)),
            None => Ok(()),
        }
    }

    /// Mattermost's store answers one of the flows that wait for it.
    fn answer(&mut self, choice: usize) -> Result<(), Violation> {
        let waiting = self.flows.iter().filter(|(_, running)| running.question.is_some()).map(|(number, _)| *number);
        let waiting: Vec<usize> = waiting.collect();
        let Some(number) = waiting.get(choice % waiting.len().max(1)) else { return Ok(()) };
        let Some(mut running) = self.flows.remove(number) else { return Ok(()) };
        let Some(question) = running.question.take() else { return Ok(()) };
        if let Question::OpenSession(session) = &question {
            let account = self.sides.store.accounts.get(&session.user_id);
            running.account = account.and_then(|account| account.auth_data.clone()).unwrap_or_default();
        }
        if let Question::DropToken(token) = &question {
            self.witness.spent(token, self.tick);
        }
        let answer = self.look_up(question, &running.asked.request);
        self.advance(*number, running, FlowInput::Store(answer))
    }

    fn look_up(&mut self, question: Question, request: &Request) -> Answer {
        let cookie = request.headers.cookie("MMOAUTH").unwrap_or_default();
        let state = gitlab_mattermost_core::mattermost::query_value(&request.query, "state").unwrap_or_default();
        let fields = state_fields(&state);
        let action = fields["action"].as_str().unwrap_or_default();
        let fitting = |token: String| StateToken {
            token,
            create_at: 0,
            kind: "oauth".to_owned(),
            extra: format!(":{action}:{cookie}"),
        };
        match (self.lie, question) {
            (Some(Lie::AnyState), Question::Token(token)) => Answer::Token(Some(fitting(token))),
            (Some(Lie::StateKept), Question::DropToken(_)) => Answer::Done,
            (Some(Lie::AnyCookie), Question::Token(token)) => match self.sides.store.answer(Question::Token(token)) {
                Answer::Token(Some(row)) => Answer::Token(Some(fitting(row.token))),
                answer => answer,
            },
            (_, question) => self.sides.store.answer(question),
        }
    }

    /// Lets a flow go on after `input`.
    fn advance(&mut self, number: usize, mut running: Running, input: FlowInput) -> Result<(), Violation> {
        let action = running.flow.step(input, self.sides.now, &mut self.sides.random);
        (running.question, running.call) = (None, None);
        match action {
            FlowAction::Ask(question) => {
                running.question = Some(question);
                self.flows.insert(number, running);
                Ok(())
            }
            FlowAction::Call(mut request) => {
                if self.lie == Some(Lie::SecretInAddress) {
                    request.query = String::from_utf8_lossy(&request.body).into_owned();
                }
                running.call = Some(request.clone());
                self.flows.insert(number, running);
                self.send_request(Party::Mattermost, Origin::Flow(number), request)
            }
            FlowAction::Respond(response) => self.respond(number, running, response),
            FlowAction::Refuse(failure) => {
                let what = format!("a browser's flow was refused: {failure:?}");
                Err(Violation { rule: Rule::SignInWithoutState, what })
            }
        }
    }

    fn respond(&mut self, number: usize, running: Running, mut response: Response) -> Result<(), Violation> {
        let Party::Browser(person) = running.asked.from else { return Ok(()) };
        if self.lie == Some(Lie::SecretThroughBrowser) {
            let more = format!("&client_secret={}", self.sides.settings.gitlab.secret.expose());
            let fields = response.headers.0.iter_mut().filter(|(name, _)| name == "Location");
            fields.for_each(|(_, value)| value.push_str(&more));
        }
        self.witness.mattermost(person, &response);
        if set_cookie(&response, "MMAUTHTOKEN").is_some() {
            let flow = (number, running.began);
            let sign_in = SignIn { flow, request: &running.asked.request, person, account: &running.account };
            let is_theft = self.witness.signed_in(&sign_in)?;
            if is_theft && !self.leaks {
                let what = format!("person {person} in the account {} without a leak", running.account);
                return Err(Violation { rule: Rule::SignInAsSomebodyElse, what });
            }
            self.counts.sign_ins += 1;
            self.counts.thefts += usize::from(is_theft);
        }
        self.send(running.asked.answered(response))
    }
}

/// Whether an answer is worth anything to who asked: a session, a code, a token, a person's data.
fn gains(response: &Response) -> bool {
    set_cookie(response, "MMAUTHTOKEN").is_some()
        || code_of(response).is_some()
        || member(response, "access_token").is_some()
        || member(response, "email").is_some()
}
