//! A recommendation rests on facts: when these change for the worse, it lapses, and somebody has to recommend anew.

use crate::membership::event::{LapseCause, MembershipEvent, MembershipRecommendationLapsed};
use crate::membership::evolve::evolve;
use crate::membership::state::Membership;
use crate::membership::status::Status;
use kernel::Context;

/// Adds the lapse to events after which the membership could no longer be certified.
pub fn with_lapse(
    membership: &Membership,
    mut events: Vec<MembershipEvent>,
    cause: LapseCause,
    context: &Context,
) -> Vec<MembershipEvent> {
    let mut after = membership.clone();
    for event in &events {
        evolve(&mut after, event);
    }
    if after.status == Status::Approved
        && !after.may_be_certified()
        && let Some(recommendation) = &after.recommendation
    {
        events.push(
            MembershipRecommendationLapsed {
                cause,
                recommended_by: recommendation.recommended_by,
                recommended_on: recommendation.recommended_on,
                lapsed_on: context.today(),
            }
            .into(),
        );
    }
    events
}
