//! The obligation's own events.

use crate::support::{Story, context, day};
use kernel::Role;
use obligations::{
    Derived, Kind, ObligationEvent, ObligationRecord, Reason, RecordPassing, Standing, Waive, decide, evolve,
};

fn derived(on: &str) -> Derived {
    let story = Story::new().applied("2026-03-02", "2026-04-01");
    Derived::of(story.last(Kind::ApplicationProfile), day(on))
}

fn waive(on: &str) -> Waive {
    Waive { derived: derived(on), reason: Reason::parse("Flood.").unwrap() }
}

#[test]
fn a_supervisor_waives_with_a_reason_also_what_is_overdue() {
    for on in ["2026-03-20", "2026-04-20"] {
        let events =
            decide(&ObligationRecord::default(), waive(on).into(), &context(Role::Supervisor, on)).unwrap();
        let [ObligationEvent::Waived(waived)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((waived.due_on, waived.waived_on), (day("2026-04-01"), day(on)));
        assert_eq!(waived.reason.as_str(), "Flood.");
    }
}

#[test]
fn nobody_below_a_supervisor_waives() {
    for role in [Role::Officer, Role::Specialist, Role::Auditor, Role::System] {
        let refused =
            decide(&ObligationRecord::default(), waive("2026-03-20").into(), &context(role, "2026-03-20"));
        assert_eq!(refused.unwrap_err().code, "supervisor_only", "{role}");
    }
}

#[test]
fn what_has_ended_cannot_be_waived() {
    let mut command = waive("2026-03-20");
    command.derived.standing = Standing::Met;
    let supervisor = context(Role::Supervisor, "2026-03-20");
    let refusal = decide(&ObligationRecord::default(), command.into(), &supervisor).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.current_state.as_deref()), ("obligation_ended", Some("met")));
    let mut record = ObligationRecord::default();
    for event in decide(&record, waive("2026-03-20").into(), &supervisor).unwrap() {
        evolve(&mut record, &event);
    }
    assert_eq!(
        decide(&record, waive("2026-03-20").into(), &supervisor).unwrap_err().code,
        "obligation_ended"
    );
}

#[test]
fn that_a_day_has_passed_is_recorded_once_for_each_last_day() {
    let system = context(Role::System, "2026-04-02");
    let mut record = ObligationRecord::default();
    let command = RecordPassing { derived: derived("2026-04-02") };
    for event in decide(&record, command.clone().into(), &system).unwrap() {
        evolve(&mut record, &event);
    }
    assert_eq!(record.passed, [day("2026-04-01")]);
    assert_eq!(decide(&record, command.clone().into(), &system).unwrap(), []);
    let mut mended = command;
    mended.derived.due_on = day("2026-03-30");
    assert_eq!(decide(&record, mended.into(), &system).unwrap().len(), 1, "a mended date passes for itself");
}

#[test]
fn a_last_day_has_not_passed_while_it_lasts() {
    let command = || RecordPassing { derived: derived("2026-04-01") };
    let early = decide(&ObligationRecord::default(), command().into(), &context(Role::System, "2026-04-01"));
    assert_eq!(early.unwrap_err().code, "not_overdue_yet");
    let somebody =
        decide(&ObligationRecord::default(), command().into(), &context(Role::Supervisor, "2026-04-02"));
    assert_eq!(somebody.unwrap_err().code, "system_only");
}
