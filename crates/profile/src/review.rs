//! Every rule of CBP's side, one function a command. Handbook 3.3 and 5.4.

use crate::answer::{Answer, AnswerVersion, Comment, Outcome, Standing};
use crate::command::{AcceptAnswer, Approve, RejectAnswer, Return};
use crate::decide::{Decided, closed, criterion_not_in_profile, not_started, state_refusal};
use crate::event::{
    ProfileAnswerAccepted, ProfileAnswerRejected, ProfileApproved, ProfileReturned, ProfileReviewStarted,
    ReviewCount,
};
use crate::state::{Profile, Status};
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId, Level};
use kernel::{Context, FieldError, OpenCriterion, Refusal, to_microseconds};
use std::sync::Arc;

/// A specialist, or who stands above, takes up what was submitted. Handbook 4.4.
pub(crate) fn start_review(profile: &Profile, context: &Context) -> Decided {
    reviewer_only(context)?;
    if profile.status != Status::Submitted {
        return Err(reviewer_must_wait(profile));
    }
    let event = ProfileReviewStarted {
        round: profile.round,
        started_by: context.actor.id,
        started_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// Answers are decided one by one. A MUST that the company itself calls not met is a failure, so it can't be accepted; a
/// SHOULD can. A decision may be taken again while the review lasts.
pub(crate) fn accept_answer(profile: &Profile, command: AcceptAnswer, context: &Context) -> Decided {
    let AcceptAnswer { criterion_id, comment } = command;
    let answer = under_review(profile, &criterion_id, context)?;
    if answer.content.says_not_met() && profile.criteria.get(&criterion_id) == Some(&Level::Must) {
        let sentence = format!(
            "Criterion {criterion_id} is a MUST and the company itself says that it is not met; reject the answer with a comment."
        );
        return Err(state_refusal(profile, "must_not_met", &sentence));
    }
    if already_decided(answer, Outcome::Accepted, comment.as_ref()) {
        return Ok(Vec::new());
    }
    let event = ProfileAnswerAccepted {
        criterion_id,
        answer_version: answer.version,
        round: profile.round,
        comment,
        review: counts_after(profile, answer, Outcome::Accepted),
        decided_by: context.actor.id,
        decided_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// Always with a comment: the company has to know what to change.
pub(crate) fn reject_answer(profile: &Profile, command: RejectAnswer, context: &Context) -> Decided {
    let RejectAnswer { criterion_id, comment } = command;
    let answer = under_review(profile, &criterion_id, context)?;
    if already_decided(answer, Outcome::Rejected, Some(&comment)) {
        return Ok(Vec::new());
    }
    let event = ProfileAnswerRejected {
        criterion_id,
        answer_version: answer.version,
        round: profile.round,
        comment,
        review: counts_after(profile, answer, Outcome::Rejected),
        decided_by: context.actor.id,
        decided_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// The last day to answer a return is not past; asked of a request by itself too.
pub fn answer_by(due_on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (due_on < today).then(|| {
        let detail = format!("must not be before today ({today}); {due_on} has passed");
        FieldError::new("/due_on", "in_the_past", detail)
    })
}

/// Only with something to mend. Answers that nobody decided about may go back too; they stay undecided.
pub(crate) fn return_profile(profile: &Profile, command: Return, context: &Context) -> Decided {
    reviewer_only(context)?;
    reviewed_edition(profile)?;
    if let Some(error) = command.due_on.and_then(|due_on| answer_by(due_on, context.today())) {
        return Err(Refusal::invalid(
            "due_date_in_the_past",
            "The due date has already passed.",
            vec![error],
        ));
    }
    let rejected: Vec<AnswerVersion> = profile
        .answers_standing(Standing::Rejected)
        .map(|(id, answer)| AnswerVersion { criterion_id: *id, answer_version: answer.version })
        .collect();
    if rejected.is_empty() {
        let sentence = "No answer is rejected, so there is nothing for the company to change. Reject at least one answer, or approve.";
        return Err(state_refusal(profile, "nothing_rejected", sentence));
    }
    let event = ProfileReturned {
        round: profile.round,
        rejected,
        due_on: command.due_on,
        comment: command.comment,
        returned_by: context.actor.id,
        returned_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// None rejected, and none left undecided: what is approved must have been looked at. See the crate's own comment.
pub(crate) fn approve(profile: &Profile, command: Approve, context: &Context) -> Decided {
    reviewer_only(context)?;
    let edition = reviewed_edition(profile)?;
    let open = |(id, answer): (&CriterionId, &Arc<Answer>)| {
        let (code, detail) = match answer.standing() {
            Standing::Accepted => return None,
            Standing::Rejected => ("rejected", "This answer is rejected; return the profile, or accept it."),
            _ => ("undecided", "This answer has not been decided; accept or reject it."),
        };
        Some(OpenCriterion { criterion_id: id.to_string(), code: code.to_owned(), detail: detail.to_owned() })
    };
    let criteria: Vec<OpenCriterion> = profile.answers.iter().filter_map(open).collect();
    if !criteria.is_empty() {
        let sentence = format!("{} of {} answers are not accepted.", criteria.len(), profile.answers.len());
        let mut refusal = state_refusal(profile, "answers_not_accepted", &sentence);
        refusal.criteria = criteria;
        return Err(refusal);
    }
    let event = ProfileApproved {
        snapshot_number: profile.snapshots.last().map_or(0, |snapshot| snapshot.number) + 1,
        round: profile.round,
        edition: edition.clone(),
        approved_on: context.today(),
        answers: profile.answer_versions(),
        comment: command.comment,
        approved_by: context.actor.id,
        approved_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

fn reviewer_only(context: &Context) -> Result<(), Refusal> {
    if context.actor.role.is_staff_role() {
        return Ok(());
    }
    Err(Refusal::actor("reviewer_only", "Only CBP staff may review a security profile."))
}

/// The edition of a profile that is under review now.
fn reviewed_edition(profile: &Profile) -> Result<&EditionId, Refusal> {
    let reviewed = profile.edition.as_ref().filter(|_| profile.status == Status::UnderReview);
    reviewed.ok_or_else(|| reviewer_must_wait(profile))
}

/// The answer to decide about, if this actor may decide about it now.
fn under_review<'a>(
    profile: &'a Profile,
    criterion_id: &CriterionId,
    context: &Context,
) -> Result<&'a Answer, Refusal> {
    reviewer_only(context)?;
    reviewed_edition(profile)?;
    profile.answer(criterion_id).ok_or_else(|| criterion_not_in_profile(criterion_id))
}

/// Saying the same again is no change.
fn already_decided(answer: &Answer, outcome: Outcome, comment: Option<&Comment>) -> bool {
    answer.decision.as_ref().is_some_and(|decision| {
        decision.outcome == outcome
            && decision.answer_version == answer.version
            && decision.comment.as_ref() == comment
    })
}

fn counts_after(profile: &Profile, answer: &Answer, outcome: Outcome) -> ReviewCount {
    let mut count = profile.review_count();
    match answer.standing() {
        Standing::Accepted => count.accepted = count.accepted.saturating_sub(1),
        Standing::Rejected => count.rejected = count.rejected.saturating_sub(1),
        _ => count.undecided = count.undecided.saturating_sub(1),
    }
    match outcome {
        Outcome::Accepted => count.accepted += 1,
        Outcome::Rejected => count.rejected += 1,
    }
    count
}

/// Why CBP can't do this step now.
fn reviewer_must_wait(profile: &Profile) -> Refusal {
    let (code, sentence) = match profile.status {
        Status::NotStarted => return not_started(profile),
        Status::Closed => return closed(profile),
        Status::InProgress => ("profile_not_submitted", "The company has not submitted the profile yet."),
        Status::Returned => (
            "profile_returned",
            "The profile was returned; the review goes on when the company submits it again.",
        ),
        Status::Submitted => ("review_not_started", "The review of this submission has not been started."),
        Status::UnderReview => {
            ("review_already_started", "The review of this submission has already been started.")
        }
        Status::Approved => ("profile_approved", "The profile is already approved."),
    };
    state_refusal(profile, code, sentence)
}
