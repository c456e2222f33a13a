//! The waiting time of a new application. Handbook 3.3 and 14.

use crate::support::*;
use criteria::EntityType;
use kernel::RefusalKind;
use membership::membership::*;

#[test]
fn after_a_removal_a_year_has_to_pass_and_the_refusal_names_the_first_day() {
    let story = removed();
    assert_eq!(story.state.dates.reapply_from, Some(day("2028-04-01")));
    let refusal = check_reapplication(&story.state, day("2028-03-31")).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, "reapply_wait"));
    assert!(refusal.sentence.contains("2028-04-01"), "{}", refusal.sentence);
    assert_eq!(check_reapplication(&story.state, day("2028-04-01")), Ok(()));
}

#[test]
fn nobody_gets_round_the_waiting_time_by_applying_afresh() {
    let waiting = Apply { waits_until: Some(day("2026-03-03")), ..application(EntityType::Importer) };
    let refusal = nothing().ask(officer(), APPLIED, waiting.clone()).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, "reapply_wait"));
    assert!(refusal.sentence.contains("2026-03-03"), "{}", refusal.sentence);
    assert!(nothing().ask(officer(), "2026-03-03", waiting).is_ok());
}
