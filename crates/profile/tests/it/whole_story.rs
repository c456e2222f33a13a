use crate::support::*;
use kernel::Role;
use profile::answer::{DECISIONS_LIMIT, HISTORY_LIMIT};
use profile::{Approve, Outcome, Return, Standing, StartReview, Status, Submit};

#[test]
fn two_rounds_to_approval_keep_every_response_and_every_decision() {
    let given = Given::returned()
        .and(save("4.8", says("A token.")), Role::Employee)
        .and(save("4.8", says("A token and a password.")), Role::Employee)
        .and(Submit {}, Role::Officer)
        .and(StartReview {}, Role::Specialist);
    let given = ["4.8", "4.10", "9.16"]
        .iter()
        .fold(given, |given, criterion| given.and(accept(criterion), Role::Specialist))
        .and(Approve { comment: None }, Role::Supervisor);
    assert_eq!((given.profile.status, given.profile.round), (Status::Approved, 2));
    assert_eq!(given.profile.missing_before_submit(), []);

    let history = &given.profile.answer(&id("4.8")).unwrap().history;
    let told: Vec<_> = history
        .iter()
        .map(|version| {
            let decision = &version.decisions[0];
            let comment = decision.comment.as_ref().map(|comment| comment.as_str());
            (version.round, version.answer_version, version.content.text.as_str(), decision.outcome, comment)
        })
        .collect();
    let expected = [
        (1, 1, "How we meet 4.8.", Outcome::Rejected, Some("Name the second factor.")),
        (2, 3, "A token and a password.", Outcome::Accepted, None),
    ];
    assert_eq!(told, expected);

    // 1.3 was accepted in the first round and not touched: one version, one decision, no second look.
    let untouched = given.profile.answer(&id("1.3")).unwrap();
    assert_eq!((untouched.history.len(), untouched.history[0].decisions.len()), (1, 1));
    assert_eq!(untouched.standing(), Standing::Accepted);
    assert_eq!(
        given.profile.snapshot(1).unwrap().answers[&id("4.8")].content.text.as_str(),
        "A token and a password."
    );
}

#[test]
fn the_kept_history_is_bounded_and_keeps_the_newest() {
    let mut given = Given::submitted();
    let rounds = HISTORY_LIMIT + 3;
    for round in 1..=rounds {
        given = given.and(StartReview {}, Role::Specialist);
        for number in 0..(DECISIONS_LIMIT + 2) {
            given = given.and(reject("4.8", &format!("Comment {number}.")), Role::Specialist);
        }
        given = given
            .and(Return { due_on: None, comment: None }, Role::Specialist)
            .and(save("4.8", says(&format!("Answer {round}."))), Role::Employee)
            .and(Submit {}, Role::Officer);
    }
    let answer = given.profile.answer(&id("4.8")).unwrap();
    assert_eq!(answer.history.len(), HISTORY_LIMIT);
    let newest = answer.history.last().unwrap();
    assert_eq!(newest.content.text.as_str(), format!("Answer {rounds}."));
    let decided = &answer.history[HISTORY_LIMIT - 2];
    assert_eq!(decided.decisions.len(), DECISIONS_LIMIT);
    let last_comment = decided.decisions.last().unwrap().comment.clone();
    assert_eq!(last_comment, Some(comment(&format!("Comment {}.", DECISIONS_LIMIT + 1))));
}

#[test]
fn what_a_status_allows_is_what_decide_allows() {
    for given in Given::in_every_status() {
        let allowed = given.profile.status.allowed_commands();
        let forbidden_by_status = |code: &str| {
            code.starts_with("profile_") && code != "profile_incomplete" || code.starts_with("review_")
        };
        let check = |name: &str, command: profile::ProfileCommand, role: Role| {
            let result = profile::decide(&given.profile, command, &context(role));
            let possible = !matches!(&result, Err(refusal) if forbidden_by_status(&refusal.code));
            assert_eq!(possible, allowed.contains(&name), "{:?} {name} {result:?}", given.profile.status);
        };
        check("save-answer", save("1.3", says("x")).into(), Role::Officer);
        check("submit", Submit {}.into(), Role::Officer);
        check("start-review", StartReview {}.into(), Role::Specialist);
        check("accept-answer", accept("1.3").into(), Role::Specialist);
        check("reject-answer", reject("1.3", "No.").into(), Role::Specialist);
        check("return", Return { due_on: None, comment: None }.into(), Role::Specialist);
        check("approve", Approve { comment: None }.into(), Role::Specialist);
    }
}
