//! Every rule of the company's side, one function a command. What CBP does is in `review.rs`, next door.

use crate::answer::{AnswerContent, Applies, EvidenceReference, FrozenCriterion, MAX_EVIDENCE_LINKS};
use crate::command::{Close, ProfileCommand, SaveAnswer, Start};
use crate::event::{ProfileAnswerSaved, ProfileClosed, ProfileEvent, ProfileStarted, ProfileSubmitted};
use crate::review;
use crate::state::{Profile, Status};
use criteria::{CriterionId, EditionId, Level};
use kernel::reference::{foreign_scheme, foreign_scheme_sentence};
use kernel::{ActorKind, Context, FieldError, OpenCriterion, Refusal, Role, to_microseconds};

pub(crate) type Decided = Result<Vec<ProfileEvent>, Refusal>;

/// Decides one command against the present state. Pure: the same input always gives the same answer.
pub fn decide(profile: &Profile, command: ProfileCommand, context: &Context) -> Decided {
    match command {
        ProfileCommand::Start(command) => start(profile, command, context),
        ProfileCommand::SaveAnswer(command) => save_answer(profile, command, context),
        ProfileCommand::Submit(_) => submit(profile, context),
        ProfileCommand::StartReview(_) => review::start_review(profile, context),
        ProfileCommand::AcceptAnswer(command) => review::accept_answer(profile, command, context),
        ProfileCommand::RejectAnswer(command) => review::reject_answer(profile, command, context),
        ProfileCommand::Return(command) => review::return_profile(profile, command, context),
        ProfileCommand::Approve(command) => review::approve(profile, command, context),
        ProfileCommand::Close(command) => close(profile, command, context),
    }
}

/// One profile per membership, begun once. What is asked is frozen here. Handbook 5.1 and 5.3.
fn start(profile: &Profile, command: Start, context: &Context) -> Decided {
    if profile.status != Status::NotStarted {
        return Err(state_refusal(
            profile,
            "profile_already_started",
            "This profile has already been started.",
        ));
    }
    if criteria::edition(command.edition.as_str()).is_none() {
        let sentence = format!("There is no edition {} of the criteria.", command.edition);
        let error = FieldError::new("/edition", "unknown_edition", sentence.clone());
        return Err(Refusal::invalid("unknown_edition", sentence, vec![error]));
    }
    let criteria_on = context.today();
    let criteria: Vec<FrozenCriterion> =
        criteria::applicable(&command.edition, command.entity_type, criteria_on)
            .iter()
            .map(|applicable| FrozenCriterion {
                criterion_id: applicable.criterion.id,
                level: applicable.level,
            })
            .collect();
    if criteria.is_empty() {
        let sentence =
            format!("Edition {} asks nothing of this entity type on {criteria_on}.", command.edition);
        let error = FieldError::new("/edition", "no_criteria", sentence.clone());
        return Err(Refusal::invalid("no_criteria", sentence, vec![error]));
    }
    let event = ProfileStarted {
        profile_id: command.profile_id,
        membership_id: command.membership_id,
        account_id: command.account_id,
        entity_type: command.entity_type,
        edition: command.edition,
        criteria_on,
        criteria,
    };
    Ok(vec![event.into()])
}

/// A draft can be saved at any time, complete or not. Handbook 5.4.
fn save_answer(profile: &Profile, command: SaveAnswer, context: &Context) -> Decided {
    let SaveAnswer { criterion_id, content, expected_answer_version } = command;
    let by_company =
        matches!(context.actor.role, Role::Officer | Role::Employee | Role::Consultant | Role::Integrator);
    if !by_company {
        return Err(Refusal::actor("company_only", "Only the company writes the answers of its profile."));
    }
    let (edition, level) = writable(profile, &criterion_id)?;
    check_evidence(&content)?;
    let current = profile.answer(&criterion_id);
    if current.is_some_and(|answer| *answer.content == content) {
        return Ok(Vec::new());
    }
    let current_version = profile.answer_version(&criterion_id);
    if expected_answer_version.is_some_and(|expected| expected != current_version) {
        return Err(answer_changed(profile, &criterion_id, current_version));
    }
    let complete = content.is_complete();
    let complete_elsewhere = profile
        .answers
        .iter()
        .filter(|(id, answer)| **id != criterion_id && answer.content.is_complete())
        .count();
    let event = ProfileAnswerSaved {
        criterion_id,
        edition: edition.clone(),
        level,
        applies: content.applies,
        met: content.met,
        text: content.text,
        not_applicable_reason: content.not_applicable_reason,
        evidence: content.evidence,
        answer_version: current_version + 1,
        complete,
        answers_complete: count(complete_elsewhere) + u32::from(complete),
        answers_needed: count(profile.criteria.len()),
        saved_by: context.actor.id,
        saved_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// The edition and level of a criterion of a draft that the company may write to now.
fn writable<'a>(profile: &'a Profile, criterion_id: &CriterionId) -> Result<(&'a EditionId, Level), Refusal> {
    let open = matches!(profile.status, Status::InProgress | Status::Returned);
    let Some(edition) = profile.edition.as_ref().filter(|_| open) else {
        return Err(company_must_wait(profile));
    };
    match profile.criteria.get(criterion_id) {
        Some(level) => Ok((edition, *level)),
        None => Err(criterion_not_in_profile(criterion_id)),
    }
}

/// Links that stand in a list before, by their places in it; asked of a request by itself too.
pub fn evidence_twice<'a>(
    links: impl IntoIterator<Item = (usize, &'a EvidenceReference)>,
) -> Vec<FieldError> {
    let mut seen: Vec<&EvidenceReference> = Vec::new();
    let mut errors = Vec::new();
    for (index, link) in links {
        if seen.contains(&link) {
            errors.push(FieldError::new(format!("/evidence/{index}"), "duplicate", "is already in the list"));
        }
        seen.push(link);
    }
    errors
}

/// Links that are addresses of another kind than those of the web and URNs, by their places in the list; asked of a request by itself too.
pub fn evidence_of_foreign_schemes<'a>(
    links: impl IntoIterator<Item = (usize, &'a EvidenceReference)>,
) -> Vec<FieldError> {
    let foreign = |(index, link): (usize, &EvidenceReference)| {
        let scheme = foreign_scheme(link.as_str())?;
        let detail = foreign_scheme_sentence(&scheme);
        Some(FieldError::new(format!("/evidence/{index}"), "reference_scheme", detail))
    };
    links.into_iter().filter_map(foreign).collect()
}

fn check_evidence(content: &AnswerContent) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let links = content.evidence.len();
    if links > MAX_EVIDENCE_LINKS {
        let detail = format!("must have at most {MAX_EVIDENCE_LINKS} links, has {links}");
        errors.push(FieldError::new("/evidence", "too_many", detail));
    }
    errors.extend(evidence_twice(content.evidence.iter().enumerate().take(MAX_EVIDENCE_LINKS)));
    errors.extend(evidence_of_foreign_schemes(content.evidence.iter().enumerate().take(MAX_EVIDENCE_LINKS)));
    if errors.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "evidence_links_invalid",
        "The evidence links of this answer can't be taken as they are.",
        errors,
    ))
}

fn answer_changed(profile: &Profile, criterion_id: &CriterionId, current: u32) -> Refusal {
    let sentence = match current {
        0 => format!(
            "Criterion {criterion_id} has no answer yet, so its version is 0. Read it and save again."
        ),
        _ => format!(
            "The answer to {criterion_id} has changed meanwhile and is now at version {current}. Read it and save again."
        ),
    };
    state_refusal(profile, "answer_changed", &sentence)
}

/// Company officer only; every MUST and SHOULD answered; every rejected answer changed. Handbook 1.3, 3.3 and 5.4.
fn submit(profile: &Profile, context: &Context) -> Decided {
    if context.actor.role != Role::Officer || context.actor.kind != ActorKind::CompanyUser {
        return Err(Refusal::actor(
            "officer_only",
            "Only a company officer may submit the security profile.",
        ));
    }
    let open = matches!(profile.status, Status::InProgress | Status::Returned);
    let Some(edition) = profile.edition.as_ref().filter(|_| open) else {
        return Err(company_must_wait(profile));
    };
    let missing = profile.missing_before_submit();
    if !missing.is_empty() {
        let sentence = format!(
            "{} of {} answers are missing, incomplete or unchanged since their rejection.",
            missing.len(),
            profile.criteria.len()
        );
        let mut refusal = state_refusal(profile, "profile_incomplete", &sentence);
        let open = |missing: crate::Missing| OpenCriterion {
            criterion_id: missing.criterion_id.to_string(),
            code: missing.reason.as_str().to_owned(),
            detail: missing.reason.sentence().to_owned(),
        };
        refusal.criteria = missing.into_iter().map(open).collect();
        return Err(refusal);
    }
    let answers = profile.answers.values();
    let changed = answers.clone().filter(|answer| answer.submitted_version(answer.version).is_none());
    let not_applicable = answers.clone().filter(|answer| answer.content.applies == Applies::NotApplicable);
    let must_not_met = profile.answers.iter().filter(|(id, answer)| {
        answer.content.says_not_met() && profile.criteria.get(*id) == Some(&Level::Must)
    });
    let event = ProfileSubmitted {
        round: profile.round + 1,
        edition: edition.clone(),
        answers: profile.answer_versions(),
        answers_changed: count(changed.count()),
        not_applicable: count(not_applicable.count()),
        must_not_met: count(must_not_met.count()),
        submitted_by: context.actor.id,
        submitted_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// A profile ends with its membership; after that no edit and no review. Handbook 3.3: nothing carries over to a new
/// application.
fn close(profile: &Profile, command: Close, context: &Context) -> Decided {
    match profile.status {
        Status::NotStarted => Err(not_started(profile)),
        Status::Closed => Err(closed(profile)),
        _ => Ok(vec![ProfileClosed { reason: command.reason, closed_on: context.today() }.into()]),
    }
}

pub(crate) fn criterion_not_in_profile(criterion_id: &CriterionId) -> Refusal {
    let sentence = format!("Criterion {criterion_id} is not asked in this profile.");
    let error = FieldError::new("/criterion_id", "criterion_not_in_profile", sentence.clone());
    Refusal::invalid("criterion_not_in_profile", sentence, vec![error])
}

/// Why the company can't write or submit now.
fn company_must_wait(profile: &Profile) -> Refusal {
    match profile.status {
        Status::Submitted | Status::UnderReview => state_refusal(
            profile,
            "profile_locked",
            "The profile has been submitted and is locked until CBP returns or approves it.",
        ),
        Status::Approved => state_refusal(
            profile,
            "profile_approved",
            "The profile is approved; its answers can't be changed before a next draft is opened.",
        ),
        Status::Closed => closed(profile),
        Status::NotStarted | Status::InProgress | Status::Returned => not_started(profile),
    }
}

pub(crate) fn not_started(profile: &Profile) -> Refusal {
    state_refusal(profile, "profile_not_started", "This profile has not been started.")
}

pub(crate) fn closed(profile: &Profile) -> Refusal {
    state_refusal(
        profile,
        "profile_closed",
        "The membership of this profile has ended; it can be read and no longer changed.",
    )
}

pub(crate) fn state_refusal(profile: &Profile, code: &str, sentence: &str) -> Refusal {
    Refusal::state(code, sentence, profile.status.as_str(), profile.status.allowed_commands())
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
