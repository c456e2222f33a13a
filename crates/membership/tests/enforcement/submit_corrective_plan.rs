use crate::support::*;
use membership::enforcement::*;

fn submit(plan: CorrectivePlan) -> SubmitCorrectivePlan {
    SubmitCorrectivePlan { plan }
}

#[test]
fn the_company_answers_with_objectives_and_dates_also_late() {
    for (actor, on) in [(officer(), "2028-07-03"), (employee(), "2028-09-20")] {
        let state = suspended().and(actor.clone(), on, submit(plan())).state;
        let submitted = state.plan.unwrap();
        assert_eq!(
            (submitted.plan, submitted.submitted_by, submitted.submitted_on),
            (plan(), actor.id, day(on))
        );
    }
    let newer = CorrectivePlan { consents_to_unannounced_visits: false, ..plan() };
    let story =
        suspended().and(officer(), "2028-07-03", submit(plan())).and(officer(), "2028-07-04", submit(newer));
    assert!(!story.state.plan.unwrap().plan.consents_to_unannounced_visits, "the newest counts");
}

#[test]
fn a_plan_has_objectives_whose_days_are_to_come() {
    let empty = CorrectivePlan { objectives: Vec::new(), ..plan() };
    suspended().invalid(officer(), "2028-07-03", submit(empty), &[("/objectives", "number_of_objectives")]);
    let errors = [("/objectives/0/due_on", "date_in_past")];
    suspended().invalid(officer(), "2028-10-02", submit(plan()), &errors);
}

#[test]
fn only_a_suspension_in_force_is_answered_and_only_by_the_company() {
    decided(removal()).state_forbids(officer(), DECIDED, submit(plan()), "not_a_suspension");
    let ended =
        suspended().and(director(), "2028-07-01", End { how: EndKind::MembershipClosed, by_action: None });
    ended.state_forbids(officer(), "2028-07-03", submit(plan()), "action_ended");
    suspended().forbidden(consultant(), "2028-07-03", submit(plan()), "consultant_never_signs");
    suspended().forbidden(supervisor(), "2028-07-03", submit(plan()), "company_only");
}
