//! Thousands of interleaved sign-ins on a bad network, with the adversary at work. The same seed does the same.

use super::network::{Counts, Lie, Network};
use super::sides::Seeded;
use super::step::{Attack, Step};
use super::witness::Violation;
use gitlab_mattermost_core::gitlab::Fault;

/// How many people there are; the last is the adversary.
const PEOPLE: usize = 33;

/// Messages and waiting flows at which nobody begins anything new.
const CROWDED: usize = 60;

/// What is simulated.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    pub seed: u64,
    /// How many sign-ins people begin.
    pub sign_ins: usize,
    /// The adversary sees where GitLab sends the others.
    pub leaks: bool,
    /// What GitLab does wrong.
    pub fault: Option<Fault>,
    /// What Mattermost does wrong.
    pub lie: Option<Lie>,
}

/// Runs a plan to its end or to the first broken rule.
pub fn run(plan: Plan) -> Result<Counts, Violation> {
    let mut network = Network::new(plan.seed, PEOPLE, plan.leaks);
    network.sides.gitlab.set_faults(plan.fault.into_iter().collect());
    network.lie = plan.lie;
    let mut random = Seeded(plan.seed.rotate_left(32));
    while network.counts.begun < plan.sign_ins {
        let is_crowded = network.busy() > CROWDED;
        network.apply(draw(&mut random, is_crowded))?;
    }
    network.settle(plan.sign_ins * 100)?;
    Ok(network.counts)
}

fn draw(random: &mut Seeded, is_crowded: bool) -> Step {
    let choice = random.next() as usize % 1_000_003;
    match random.next() % 1000 {
        0..500 => Step::Deliver(choice),
        500..820 => Step::Answer(choice),
        820..840 => Step::Lose(choice),
        840..870 => Step::Repeat(choice),
        870..875 => Step::Forget { person: choice },
        875..877 => Step::Wait([61, 700, 3600, 7300][choice % 4]),
        _ if is_crowded => Step::Deliver(choice),
        877..930 => Step::Attack { attack: Attack::ALL[choice / 7 % Attack::ALL.len()], choice: choice / 200 },
        // The adversary begins more than others: he needs states and codes of his own.
        _ if choice.is_multiple_of(5) => Step::Begin { person: PEOPLE - 1, denies: false },
        _ => Step::Begin { person: choice, denies: choice.is_multiple_of(11) },
    }
}

/// The seeds to run and the sign-ins of each: a few, or as many as the environment asks for.
#[allow(clippy::disallowed_methods, reason = "how long a test runs is a matter of its environment")]
fn plans(leaks: bool) -> impl Iterator<Item = Plan> {
    let number = |name, otherwise| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("`{name}={text}` is no number")),
        Err(_) => otherwise,
    };
    let (first, seeds) = (number("OAUTH_SIMULATION_SEED", 1), number("OAUTH_SIMULATION_SEEDS", 2));
    let sign_ins = number("OAUTH_SIMULATION_SIGN_INS", 1000) as usize;
    (first..first + seeds).map(move |seed| Plan { seed, sign_ins, leaks, ..Plan::default() })
}

fn run_or_tell(plan: Plan) -> Counts {
    match run(plan) {
        Ok(counts) => counts,
        Err(violation) => panic!(
            "{violation}\nonce more: OAUTH_SIMULATION_SEED={} OAUTH_SIMULATION_SEEDS=1 \
             OAUTH_SIMULATION_SIGN_INS={} cargo test --test library oauth_simulation::simulation",
            plan.seed, plan.sign_ins
        ),
    }
}

/// The adversary must have been at work, and people must have been let in.
fn check_weight(plan: Plan, counts: &Counts) {
    println!("{plan:?}\n{counts:?}");
    assert!(counts.sign_ins > plan.sign_ins / 12, "only {} people were let in", counts.sign_ins);
    assert!(counts.messages > plan.sign_ins * 5, "only {} messages", counts.messages);
    for attack in Attack::ALL.into_iter().filter(|attack| plan.leaks || !attack.needs_leak()) {
        let count = |counts: &std::collections::BTreeMap<_, usize>| counts.get(&attack).copied().unwrap_or_default();
        let (tried, refused) = (count(&counts.tried), count(&counts.refused));
        assert!(tried > 0 && refused > 0, "{attack:?}: tried {tried} times, refused {refused} times");
    }
}

#[test]
fn no_schedule_and_no_adversary_breaks_a_rule() {
    for plan in plans(false) {
        let counts = run_or_tell(plan);
        check_weight(plan, &counts);
        assert_eq!(counts.thefts, 0);
    }
}

/// A code is worth the account it was made for to whoever has it: Mattermost sends no PKCE challenge, and GitLab does not
/// know the state. So the adversary gets in where he sees codes; everything else holds even then.
#[test]
fn a_leaking_front_channel_costs_accounts_and_breaks_no_other_rule() {
    for plan in plans(true) {
        let counts = run_or_tell(plan);
        check_weight(plan, &counts);
        assert!(counts.thefts > 0, "the adversary made nothing of the leak");
    }
}

#[test]
fn the_same_seed_does_the_same() {
    let plan = Plan { seed: 7, sign_ins: 100, ..Plan::default() };
    assert_eq!(format!("{:?}", run(plan)), format!("{:?}", run(plan)));
}
