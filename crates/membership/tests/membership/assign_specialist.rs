use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipSpecialistAssigned;
use membership::membership::*;

#[test]
fn a_specialist_and_an_office_are_assigned() {
    for story in [pre_applicant(), unassigned()] {
        let command = AssignSpecialist { specialist: specialist().id, office: Office::Laredo };
        let expected = MembershipSpecialistAssigned {
            specialist: specialist().id,
            office: Office::Laredo,
            earlier_specialist: None,
            earlier_office: None,
            assigned_on: day(CERTIFIED),
        };
        story.then(supervisor(), CERTIFIED, command, vec![expected.into()]);
    }
}

#[test]
fn another_takes_over_and_the_event_names_both() {
    let first = AssignSpecialist { specialist: specialist().id, office: Office::Laredo };
    let story = unassigned().and(supervisor(), SUBMITTED, first.clone());
    story.then(supervisor(), SUBMITTED, first, Vec::new());
    let second = AssignSpecialist { specialist: person(40), office: Office::Houston };
    let expected = MembershipSpecialistAssigned {
        specialist: person(40),
        office: Office::Houston,
        earlier_specialist: Some(specialist().id),
        earlier_office: Some(Office::Laredo),
        assigned_on: day(APPROVED),
    };
    story.then(director(), APPROVED, second, vec![expected.into()]);
}

#[test]
fn nobody_but_staff_assigns() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    let command = AssignSpecialist { specialist: specialist().id, office: Office::Miami };
    applicant().forbidden(&others, SUBMITTED, command, "staff_only");
}

#[test]
fn after_an_end_nobody_is_assigned() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        let command = AssignSpecialist { specialist: specialist().id, office: Office::Newark };
        story.state_forbids(supervisor(), CERTIFIED, command, "wrong_status");
    }
}
