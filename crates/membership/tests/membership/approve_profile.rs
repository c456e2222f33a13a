use crate::support::*;
use criteria::EntityType;
use membership::membership::event::MembershipProfileApproved;
use membership::membership::*;

const APPROVE: ApproveProfile = ApproveProfile { snapshot_number: 1 };

#[test]
fn staff_approve_it_and_c8_is_confirmed_with_it() {
    let expected = MembershipProfileApproved {
        round: 1,
        snapshot_number: 1,
        approved_by: specialist().id,
        approved_on: day(APPROVED),
        determinations: vec![
            Determination {
                condition: Condition::C5,
                outcome: Outcome::Met,
                determined_on: day(APPROVED),
                determined_by: DeterminedBy::System,
                person_id: None,
                basis: "CBP approved the security profile.".to_owned(),
                source: DeterminationSource::SecurityProfile,
            },
            Determination {
                condition: Condition::C8,
                outcome: Outcome::Met,
                determined_on: day(APPROVED),
                determined_by: DeterminedBy::Staff,
                person_id: Some(specialist().id),
                basis: "CBP approved snapshot 1 of the security profile.".to_owned(),
                source: DeterminationSource::SecurityProfile,
            },
        ],
        status: Status::Approved,
    };
    applicant().then(specialist(), APPROVED, APPROVE, vec![expected.into()]);
    let after = applicant().and(specialist(), APPROVED, APPROVE).state;
    assert_eq!((after.status, after.profile.stage), (Status::Approved, ProfileStage::Approved));
    assert_eq!(after.dates.profile_approved_on, Some(day(APPROVED)));
}

#[test]
fn what_speaks_against_c8_stands_until_staff_settle_it_by_name() {
    let denied = Declarations {
        statements: [(Statement::NoDoubleBrokering, StatementAnswer::Denied)].into(),
        ..Declarations::default()
    };
    let by_company = pre_applicant_as(EntityType::ThirdPartyLogistics)
        .and(officer(), APPLIED, DeclareEligibility { declarations: denied })
        .and(officer(), SUBMITTED, SubmitSecurityProfile { account: account() })
        .and(supervisor(), SUBMITTED, assign());
    let doubt = RecordDetermination {
        condition: Condition::C8,
        outcome: Outcome::Open,
        determined_on: None,
        basis: text("No shipment found in two years."),
    };
    let by_staff = applicant().and(specialist(), RETURNED, doubt);
    for story in [by_company, by_staff] {
        let after = story.and(specialist(), APPROVED, APPROVE);
        assert!(!after.state.is_settled(Condition::C8));
    }
}

#[test]
fn nobody_but_staff_approves() {
    applicant().forbidden(&company(), APPROVED, APPROVE, "staff_only");
}

#[test]
fn only_what_is_under_review_is_approved() {
    pre_applicant().state_forbids(specialist(), RETURNED, APPROVE, "profile_not_submitted");
    returned().state_forbids(specialist(), RETURNED, APPROVE, "profile_returned");
    approved().state_forbids(specialist(), CERTIFIED, APPROVE, "profile_already_approved");
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, APPROVE, "wrong_status");
    }
}
