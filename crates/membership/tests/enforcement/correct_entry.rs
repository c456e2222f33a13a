//! Corrections show both values and who made them. GAO, January 2026; Handbook 3.6.

use crate::support::*;
use membership::enforcement::*;

fn correct(field: EntryField, value: &str) -> CorrectEntry {
    CorrectEntry { field, value: text(value), reason: text("The file of the field office says so.") }
}

#[test]
fn a_correction_shows_both_values_and_who_made_it() {
    let other: kernel::IncidentId = id("inc", 0x602);
    for (field, earlier, value) in [
        (
            EntryField::Facts,
            "40 kg of cocaine in trailer 4471; the seal had been changed.",
            "14 kg in trailer 4471.",
        ),
        (EntryField::NoticeOn, DECIDED, RECOMMENDED),
        (EntryField::EffectiveOn, DECIDED, RECOMMENDED),
        (EntryField::CauseReference, incident().reference.as_str(), other.to_string().as_str()),
    ] {
        let state = suspended().and(another_director(), "2028-06-10", correct(field, value)).state;
        let [correction] = state.corrections.as_slice() else { panic!() };
        assert_eq!((correction.field, correction.corrected_by), (field, another_director().id));
        assert_eq!((correction.earlier.as_str(), correction.value.as_str()), (earlier, value));
        assert_eq!(correction.corrected_on, day("2028-06-10"));
    }
}

#[test]
fn the_time_to_answer_moves_with_the_letter_and_the_time_to_appeal_stays() {
    let entry = suspended()
        .and(director(), "2028-06-10", correct(EntryField::NoticeOn, RECOMMENDED))
        .state
        .entry
        .unwrap();
    assert_eq!((entry.notice_on, entry.answer_due_on), (day(RECOMMENDED), Some(day("2028-09-03"))));
    assert_eq!(entry.appeal_due_on, Some(day(LAST_DAY)));
}

#[test]
fn what_would_not_have_been_recorded_is_no_correction() {
    for (field, value, error) in [
        (EntryField::Facts, "40 kg of cocaine in trailer 4471; the seal had been changed.", "unchanged"),
        (EntryField::NoticeOn, "on Monday", "format"),
        (EntryField::NoticeOn, "2028-06-11", "date_in_future"),
        (EntryField::EffectiveOn, "2028-06-04", "date_order"),
        (EntryField::CauseReference, "the seizure", "format"),
    ] {
        suspended().invalid(director(), "2028-06-10", correct(field, value), &[("/value", error)]);
    }
    suspended().forbidden(
        supervisor(),
        DECIDED,
        correct(EntryField::Facts, "None."),
        "programme_director_only",
    );
}
