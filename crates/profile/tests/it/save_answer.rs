use crate::support::*;
use criteria::Level;
use kernel::{Role, Text};
use profile::answer::MAX_EVIDENCE_LINKS;
use profile::event::ProfileAnswerSaved;
use profile::{AnswerContent, AnswerText, Applies, Met, ReasonText, SaveAnswer, Standing};

fn evidence(count: usize) -> Vec<Text<200>> {
    (0..count).map(|number| Text::parse(format!("library/procedure-{number}.pdf")).unwrap()).collect()
}

#[test]
fn a_first_save_is_version_one_and_keeps_the_words_as_typed() {
    let content = AnswerContent {
        met: Some(Met::Partly),
        evidence: evidence(2),
        ..says("  Sellos «ISO 17712».\r\n\t ")
    };
    Given::draft().when(save("4.8", content), Role::Employee).then(ProfileAnswerSaved {
        criterion_id: id("4.8"),
        edition: edition(),
        level: Level::Must,
        applies: Applies::Yes,
        met: Some(Met::Partly),
        text: words("  Sellos «ISO 17712».\r\n\t "),
        not_applicable_reason: None,
        evidence: evidence(2),
        answer_version: 1,
        complete: true,
        answers_complete: 1,
        answers_needed: 4,
        saved_by: person(11),
        saved_at: now(),
    });
}

#[test]
fn each_change_is_one_version_more_and_counts_what_is_complete() {
    let given = Given::draft()
        .and(save("1.3", says("Reviewed every March.")), Role::Employee)
        .and(save("4.8", says("Accounts")), Role::Employee)
        .and(save("4.8", says("Accounts of their own")), Role::Consultant);
    assert_eq!(given.profile.answer_version(&id("4.8")), 2);
    given.when(save("4.8", says(" ")), Role::Officer).then(ProfileAnswerSaved {
        criterion_id: id("4.8"),
        edition: edition(),
        level: Level::Must,
        applies: Applies::Yes,
        met: None,
        text: words(" "),
        not_applicable_reason: None,
        evidence: vec![],
        answer_version: 3,
        complete: false,
        answers_complete: 1,
        answers_needed: 4,
        saved_by: person(10),
        saved_at: now(),
    });
}

#[test]
fn a_draft_is_saved_incomplete() {
    for (content, complete) in [
        (says(""), false),
        (says("x"), true),
        (not_applicable(None), false),
        (not_applicable(Some("  ")), false),
        (not_applicable(Some("No cameras are used.")), true),
        (AnswerContent { text: words("kept for later"), ..not_applicable(None) }, false),
    ] {
        let given = Given::draft().and(save("9.16", says("before")), Role::Employee);
        let given = given.and(save("9.16", content.clone()), Role::Employee);
        let answer = given.profile.answer(&id("9.16")).unwrap();
        assert_eq!(*answer.content, content);
        assert_eq!(answer.content.is_complete(), complete, "{content:?}");
    }
}

#[test]
fn words_survive_a_change_of_applicability() {
    let both = AnswerContent {
        text: words("We use cameras."),
        not_applicable_reason: Some(ReasonText::parse("No cameras.").unwrap()),
        ..AnswerContent::default()
    };
    for applies in [Applies::Yes, Applies::NotApplicable] {
        let content = AnswerContent { applies, ..both.clone() };
        let given = Given::draft().and(save("9.16", content.clone()), Role::Employee);
        assert_eq!(*given.profile.answer(&id("9.16")).unwrap().content, content);
    }
}

#[test]
fn a_text_of_20000_characters_is_kept_and_one_more_is_refused_at_the_edge() {
    let longest = "ñ".repeat(20_000);
    let given = Given::draft().and(save("1.3", says(&longest)), Role::Employee);
    assert_eq!(given.profile.answer(&id("1.3")).unwrap().content.text.as_str(), longest);
    assert_eq!(AnswerText::parse(longest + "ñ").unwrap_err().code(), "too_long");
}

#[test]
fn no_change_leaves_no_event_even_with_a_stale_version() {
    let given = Given::draft()
        .and(save("1.3", says("one")), Role::Employee)
        .and(save("1.3", says("two")), Role::Employee);
    given.when(save("1.3", says("two")), Role::Officer).then_nothing_happens();
    let retried = SaveAnswer { expected_answer_version: Some(1), ..save("1.3", says("two")) };
    given.when(retried, Role::Employee).then_nothing_happens();
}

#[test]
fn the_expected_version_must_be_the_current_one() {
    let first = SaveAnswer { expected_answer_version: Some(0), ..save("1.3", says("one")) };
    let given = Given::draft().and(first, Role::Employee);
    let second = SaveAnswer { expected_answer_version: Some(1), ..save("1.3", says("two")) };
    let given = given.and(second, Role::Employee);
    for stale in [0, 1, 3] {
        let command = SaveAnswer { expected_answer_version: Some(stale), ..save("1.3", says("three")) };
        let refusal = given.when(command, Role::Employee).then_state_forbids("answer_changed");
        assert_eq!(criteria(&refusal), [], "the version stands in If-Match, not in the body");
        assert!(refusal.sentence.contains("version 2"), "{refusal}");
    }
    let never_saved = SaveAnswer { expected_answer_version: Some(1), ..save("4.8", says("three")) };
    let refusal = given.when(never_saved, Role::Employee).then_state_forbids("answer_changed");
    assert!(refusal.sentence.contains("no answer yet"), "{refusal}");
}

#[test]
fn only_the_company_writes() {
    for role in EVERY_ROLE {
        let outcome = Given::draft().when(save("1.3", says("one")), role);
        match role {
            Role::Officer | Role::Employee | Role::Consultant | Role::Integrator => {
                assert_eq!(outcome.accepted().len(), 1);
            }
            _ => outcome.then_actor_forbidden("company_only"),
        }
    }
}

#[test]
fn only_what_is_asked_can_be_answered() {
    let refusal = Given::draft()
        .when(save("5.1", says("one")), Role::Employee)
        .then_invalid("criterion_not_in_profile");
    assert_eq!(pointers(&refusal.errors), [("/criterion_id", "criterion_not_in_profile")]);
}

#[test]
fn evidence_links_are_bounded_and_named_once() {
    let most = AnswerContent { evidence: evidence(MAX_EVIDENCE_LINKS), ..says("one") };
    assert_eq!(Given::draft().when(save("1.3", most), Role::Employee).accepted().len(), 1);
    let mut links = evidence(MAX_EVIDENCE_LINKS + 1);
    links[2] = links[0].clone();
    links[5] = links[0].clone();
    let refusal = Given::draft()
        .when(save("1.3", AnswerContent { evidence: links, ..says("one") }), Role::Employee)
        .then_invalid("evidence_links_invalid");
    let expected = [("/evidence", "too_many"), ("/evidence/2", "duplicate"), ("/evidence/5", "duplicate")];
    assert_eq!(pointers(&refusal.errors), expected);
}

#[test]
fn edits_are_locked_from_submission_until_return() {
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::submitted(), "profile_locked"),
        (Given::under_review(), "profile_locked"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(save("1.3", says("late")), Role::Officer).then_state_forbids(code);
    }
}

#[test]
fn a_returned_profile_takes_changes_of_every_answer_and_a_changed_one_loses_its_acceptance() {
    let given = Given::returned();
    assert_eq!(given.profile.answer(&id("1.3")).unwrap().standing(), Standing::Accepted);
    assert_eq!(given.profile.answer(&id("4.8")).unwrap().standing(), Standing::Rejected);
    assert_eq!(given.profile.answer(&id("9.16")).unwrap().standing(), Standing::Undecided);
    let given = ["1.3", "4.8", "9.16"]
        .iter()
        .fold(given, |given, criterion| given.and(save(criterion, says("mended")), Role::Employee));
    assert_eq!(given.profile.answer(&id("1.3")).unwrap().standing(), Standing::ChangedSinceAccepted);
    assert_eq!(given.profile.answer(&id("4.8")).unwrap().standing(), Standing::ChangedSinceRejected);
    assert_eq!(given.profile.answer(&id("9.16")).unwrap().standing(), Standing::Undecided);
}

#[test]
fn typing_the_rejected_words_again_is_no_change_of_the_rejection() {
    let rejected = says("How we meet 4.8.");
    let given = Given::returned()
        .and(save("4.8", says("something else")), Role::Employee)
        .and(save("4.8", rejected), Role::Employee);
    let answer = given.profile.answer(&id("4.8")).unwrap();
    assert_eq!((answer.version, answer.standing()), (3, Standing::Rejected));
}
