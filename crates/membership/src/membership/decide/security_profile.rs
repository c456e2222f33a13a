//! The membership's side of the security profile: submitted, returned, approved. The profile is an aggregate of its own; the
//! portal records both sides together.

use super::eligibility::{assessment, by_staff};
use super::{Decision, actor, refused};
use crate::membership::command::{ApproveProfile, ReturnProfile, SubmitSecurityProfile};
use crate::membership::eligibility::{Condition, DeterminationSource, DeterminedBy, Outcome};
use crate::membership::event::{
    MembershipProfileApproved, MembershipProfileReturned, MembershipProfileSubmitted,
};
use crate::membership::state::{Membership, ProfileStage};
use crate::membership::status::Status;
use crate::membership::to_do::NOBODY_ASSIGNED;
use chrono::Days;
use kernel::{Context, FieldError, Refusal};

/// The officer submits. The first time it has to be in time, and nothing may be missing that the applicant can give; after
/// a return there is no public limit. The clock of 90 days runs from the first submission.
pub fn submit_security_profile(
    membership: &Membership,
    command: SubmitSecurityProfile,
    context: &Context,
) -> Decision {
    actor::officer(&context.actor)?;
    let today = context.today();
    let dates = &membership.dates;
    if membership.is_overdue(today) {
        let due = dates.profile_due_on.unwrap_or(today);
        let sentence = format!("The security profile had to be submitted by {due}; apply anew.");
        return Err(refused(membership, "application_expired", sentence));
    }
    if membership.profile.stage == ProfileStage::Submitted {
        return Err(refused(membership, "profile_already_submitted", "CBP reviews what was submitted."));
    }
    let missing = membership.lacks_for_submission(&command.account, today, &context.policy);
    if !missing.is_empty() {
        let sentence = "Something is missing before the security profile can be submitted; see the errors.";
        let errors = missing.iter().map(|item| item.field_error()).collect();
        return Err(Refusal { errors, ..refused(membership, "application_incomplete", sentence) });
    }
    let assessment = assessment(membership, context)?;
    let mut found = assessment.of_account(&command.account);
    found.push(assessment.of_profile(Outcome::Met, "Every applicable question is answered and submitted."));
    let target = Days::new(context.policy.certification_target_days.into());
    let due = dates.certification_due_on.or_else(|| today.checked_add_days(target)).unwrap_or(today);
    Ok(vec![
        MembershipProfileSubmitted {
            round: membership.profile.round.saturating_add(1),
            submitted_by: context.actor.id,
            submitted_on: today,
            certification_due_on: due,
            determinations: membership.news(found),
            status: Status::Applicant,
        }
        .into(),
    ])
}

/// Whoever reviews for CBP, somebody has to be answerable for the case: the review begins, and goes on, when a specialist is assigned.
/// Handbook 1.4 and 4.4.
pub fn check_review(membership: &Membership) -> Result<(), Refusal> {
    match membership.assignment {
        Some(_) => Ok(()),
        None => Err(refused(membership, "specialist_not_assigned", NOBODY_ASSIGNED)),
    }
}

/// Staff return it with rejected answers.
pub fn return_profile(membership: &Membership, command: ReturnProfile, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    under_review(membership)?;
    check_review(membership)?;
    let today = context.today();
    let mut errors = Vec::new();
    if command.rejected_answers == 0 {
        let detail = "A profile is returned because at least one answer was rejected.";
        errors.push(FieldError::new("", "no_rejected_answer", detail));
    }
    if command.answer_due_on.is_some_and(|due| due < today) {
        let detail = format!("The last day to answer can't be before today, {today}.");
        errors.push(FieldError::new("/due_on", "date_in_past", detail));
    }
    if !errors.is_empty() {
        return Err(Refusal::invalid("return_invalid", "The profile can't be returned like this.", errors));
    }
    let open =
        assessment(membership, context)?.of_profile(Outcome::Open, "CBP returned the security profile.");
    Ok(vec![
        MembershipProfileReturned {
            round: membership.profile.round,
            rejected_answers: command.rejected_answers,
            answer_due_on: command.answer_due_on,
            returned_on: today,
            determinations: membership.news(vec![open]),
            status: Status::Applicant,
        }
        .into(),
    ])
}

/// Staff approve it: measures, assessment and history are in the profile, so C8 is confirmed with it, unless something
/// speaks against C8 that has to be settled by name.
pub fn approve_profile(membership: &Membership, command: ApproveProfile, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    under_review(membership)?;
    check_review(membership)?;
    let today = context.today();
    let met = assessment(membership, context)?.of_profile(Outcome::Met, "CBP approved the security profile.");
    let mut determinations = membership.news(vec![met]);
    let newest = membership.determination(Condition::C8);
    let open = newest.is_none_or(|c8| c8.outcome == Outcome::Open && c8.determined_by != DeterminedBy::Staff);
    if open {
        let basis = format!("CBP approved snapshot {} of the security profile.", command.snapshot_number);
        let source = DeterminationSource::SecurityProfile;
        determinations.push(by_staff(Condition::C8, Outcome::Met, today, basis, source, context));
    }
    Ok(vec![
        MembershipProfileApproved {
            round: membership.profile.round,
            snapshot_number: command.snapshot_number,
            approved_by: context.actor.id,
            approved_on: today,
            determinations,
            status: Status::Approved,
        }
        .into(),
    ])
}

fn under_review(membership: &Membership) -> Result<(), Refusal> {
    match membership.profile.stage {
        ProfileStage::Submitted => Ok(()),
        ProfileStage::Returned => {
            Err(refused(membership, "profile_returned", "The security profile is with the company."))
        }
        ProfileStage::Open => Err(refused(
            membership,
            "profile_not_submitted",
            "The security profile has not been submitted yet.",
        )),
        ProfileStage::Approved => Err(refused(
            membership,
            "profile_already_approved",
            "The security profile has been approved already.",
        )),
    }
}
