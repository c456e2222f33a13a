//! Forty actors ask for whatever comes to their mind over simulated years. Whatever they ask in whatever order, no state is reached that
//! Handbook 3.3 forbids, and every status equals a fold by a model that is written here a second time.

mod model;
mod world;

use membership::membership::{Status, Verb};
use model::Model;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::collections::BTreeSet;
use world::{Asked, World};

fn asked() -> impl Strategy<Value = Asked> {
    let days = prop_oneof![4 => 0_u64..15, 1 => 60_u64..130];
    (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        days,
        any::<u8>(),
        prop::bool::weighted(0.85),
    )
        .prop_map(|(what, who, days, detail, suitable)| Asked { what, who, days, detail, suitable })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_forbidden_state_is_reached_and_every_status_equals_the_model(
        asked in prop::collection::vec(asked(), 1..160),
        ready in any::<bool>(),
    ) {
        let mut world = World::new(ready);
        let mut model = Model::default();
        model.take(&world.events);
        let mut seen = world.events.len();
        for one in &asked {
            world.ask(one);
            let news = world.events[seen..].to_vec();
            seen = world.events.len();
            model.take(&news);
            model.holds()?;
            prop_assert_eq!(world.membership.status.as_str(), model.status, "{:?}", &news);
            prop_assert_eq!(world.membership.tier.map(|tier| tier.as_str()), model.tier);
            world.holds()?;
        }
    }
}

/// The random walk is no idle one: it comes by every status and every command.
#[test]
fn the_walk_comes_by_every_status_and_every_command() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut statuses = BTreeSet::new();
    let mut done = BTreeSet::new();
    let walks = prop::collection::vec(asked(), 100..160);
    for number in 0..150 {
        let walk = walks.new_tree(&mut runner).unwrap().current();
        let mut world = World::new(number % 2 == 0);
        for one in &walk {
            world.ask(one);
            statuses.insert(world.membership.status);
        }
        done.extend(world.done);
    }
    let all: BTreeSet<Status> = Status::ALL.into_iter().collect();
    assert!(statuses.is_superset(&all), "never seen: {:?}", all.difference(&statuses).collect::<Vec<_>>());
    for verb in [
        Verb::RecordValidationOutcome,
        Verb::ChangeTier,
        Verb::Suspend,
        Verb::Remove,
        Verb::Reinstate,
        Verb::Restore,
        Verb::Close,
    ] {
        assert!(done.contains(&verb), "{verb} was never done; done were {done:?}");
    }
}
