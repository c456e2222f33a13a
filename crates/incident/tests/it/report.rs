use crate::support::*;
use incident::event::{IncidentAccountInvolved, IncidentReported};
use incident::{
    Disclosure, DiscoveredBy, FactGroup, Facts, IncidentEvent, Kind, Notification, Notified, PartyRole,
    TextRef,
};
use kernel::Role;
use kernel::cargo::CargoNumberType;

#[test]
fn a_company_reports_about_itself_whoever_of_it_knows() {
    for (role, who) in [(Role::Officer, 10), (Role::Employee, 11), (Role::Consultant, 12)] {
        let events = Given::nothing().when(by_the_carrier(), role).accepted();
        let reported = IncidentReported {
            incident_id: incident_id(1),
            facts: facts(),
            disclosure: Disclosure::BeforeCbp,
            reported_for: Some(carrier()),
            narrative: TextRef { number: 1, sha256: digest("narrative") },
            triage_due_on: "2026-03-07".parse().unwrap(),
            reported_by: person(who),
            reported_at: at(NOW),
        };
        let involved = IncidentAccountInvolved {
            account_id: carrier(),
            role: PartyRole::Carrier,
            disclosed: FactGroup::ALL.to_vec(),
            involved_by: person(who),
            involved_at: at(NOW),
        };
        assert_eq!(events, [IncidentEvent::from(reported), involved.into()]);
    }
}

#[test]
fn staff_enter_what_they_know_with_or_without_an_account() {
    for role in STAFF {
        let given = Given::nothing().and(report(facts(), None), role);
        assert!(given.incident.parties.is_empty());
        assert_eq!((given.report().disclosure, given.report().reported_for), (Disclosure::ByCbp, None));
        let given = Given::nothing().and(by_the_carrier(), role);
        assert!(given.incident.involves(carrier()));
        assert_eq!(given.report().reported_for, None, "CBP reported it, not the company");
    }
}

#[test]
fn others_do_not_report() {
    for role in [Role::Integrator, Role::Operator, Role::Auditor, Role::System] {
        Given::nothing().when(by_the_carrier(), role).then_actor_forbidden("reporter_only");
    }
    let refusal = Given::nothing().when(report(facts(), None), Role::Officer).then_invalid("report_invalid");
    assert_eq!(pointers(&refusal.errors), [("/account_id", "required")]);
}

#[test]
fn the_order_in_which_cbp_learned_of_it_is_kept() {
    for (by, disclosure) in [
        (DiscoveredBy::Company, Disclosure::BeforeCbp),
        (DiscoveredBy::Police, Disclosure::BeforeCbp),
        (DiscoveredBy::Partner, Disclosure::BeforeCbp),
        (DiscoveredBy::Cbp, Disclosure::AfterCbp),
    ] {
        let told = report(Facts { discovered_by: by, ..facts() }, Some((carrier(), PartyRole::Carrier)));
        assert_eq!(Given::nothing().and(told, Role::Employee).report().disclosure, disclosure, "{by}");
    }
}

/// What is wrong with a report, as pointers and codes.
fn mistakes(facts: Facts) -> Vec<(String, String)> {
    let told = report(facts, Some((carrier(), PartyRole::Carrier)));
    let refusal = Given::nothing().when(told, Role::Officer).then_invalid("report_invalid");
    refusal.errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[test]
fn impossible_orders_of_times_are_refused() {
    let occurred = |from, to| Facts { occurred: moment(from, to), ..facts() };
    let discovered = |from, to| Facts { discovered: moment(from, to), ..facts() };
    assert_eq!(
        mistakes(occurred("2026-03-02T03:00:00Z", Some("2026-03-02T02:59:59Z"))),
        one("/occurred/to_at", "time_order")
    );
    assert_eq!(mistakes(occurred("2026-03-02T15:00:01Z", None)), one("/occurred/from_at", "time_in_future"));
    assert_eq!(
        mistakes(occurred("2026-03-01T00:00:00Z", Some("2026-03-02T15:00:01Z"))),
        one("/occurred/to_at", "time_in_future")
    );
    assert_eq!(
        mistakes(occurred("2001-10-31T12:00:00Z", None)),
        one("/occurred/from_at", "time_before_programme")
    );
    assert_eq!(mistakes(discovered("2026-03-01T17:59:59Z", None)), one("/discovered", "time_order"));
    let told_before = Facts {
        notifications: vec![Notification { notified: Notified::Police, at: at("2026-03-02T06:14:59Z") }],
        ..facts()
    };
    assert_eq!(mistakes(told_before), one("/notifications/0/at", "time_order"));
}

#[test]
fn moments_that_are_not_known_exactly_may_overlap() {
    // Discovered within the night in which it happened: it can have happened first.
    for discovered in [
        moment("2026-03-01T18:00:00Z", None),
        moment("2026-03-01T12:00:00Z", Some("2026-03-01T18:00:00Z")),
        moment("2026-03-02T01:00:00Z", Some(NOW)),
    ] {
        let told = report(Facts { discovered, ..facts() }, Some((carrier(), PartyRole::Carrier)));
        assert_eq!(Given::nothing().when(told, Role::Officer).accepted().len(), 2);
    }
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let twice = number(CargoNumberType::Container, "csqu3054383");
    let wrong = Facts {
        occurred: moment("2027-01-01T00:00:00Z", None),
        numbers: vec![number(CargoNumberType::Container, "CSQU 305438-3"), twice],
        quantity: Some(text("2 kg")),
        ..facts()
    };
    assert_eq!(
        mistakes(wrong),
        [
            ("/occurred/from_at".to_owned(), "time_in_future".to_owned()),
            ("/numbers/1".to_owned(), "duplicate".to_owned()),
            ("/goods".to_owned(), "required".to_owned()),
        ]
    );
}

#[test]
fn the_same_digits_may_be_a_container_and_a_seal() {
    let both = Facts {
        numbers: vec![
            number(CargoNumberType::Container, "CSQU3054383"),
            number(CargoNumberType::Seal, "CSQU3054383"),
        ],
        ..facts()
    };
    assert_eq!(both.mistakes(at(NOW)), []);
}

#[test]
fn what_a_complete_record_still_needs_is_told() {
    let bare = Facts { place: None, numbers: Vec::new(), ..facts() };
    assert_eq!(bare.missing(), ["place", "conveyance", "numbers"]);
    assert_eq!(Facts { kind: Kind::CyberEvent, ..bare.clone() }.missing(), ["place"]);
    assert_eq!(Facts { kind: Kind::Theft, ..facts() }.missing(), ["conveyance", "goods"]);
}

#[test]
fn an_incident_is_reported_once() {
    Given::reported().when(by_the_carrier(), Role::Officer).then_state_forbids("already_reported");
}
