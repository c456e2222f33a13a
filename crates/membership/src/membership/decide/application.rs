//! Applying, and applying anew. Handbook 3.3, first and last row up to certification; 2.1 and 2.2 for what is needed.

use super::{Decision, actor, refused, wrong_status};
use crate::membership::assessment::Assessment;
use crate::membership::body_rules;
use crate::membership::command::Apply;
use crate::membership::declaration::Declarations;
use crate::membership::document::{AttachedDocument, MAX_DOCUMENTS};
use crate::membership::eligibility::{Determination, Outcome};
use crate::membership::entity_requirements::{self, EntityRequirements, Pilot};
use crate::membership::event::MembershipApplied;
use crate::membership::facts::{AcceptedAgreement, AccountFacts};
use crate::membership::identifier::{self, CheckedIdentifier};
use crate::membership::state::Membership;
use crate::membership::status::{Status, Verb};
use chrono::{Days, NaiveDate};
use kernel::{Context, FieldError, Refusal};

pub fn apply(command: Apply, context: &Context) -> Decision {
    actor::officer(&context.actor)?;
    let rules = entity_requirements::of(command.entity_type);
    let errors = wrong_members(&command, rules, context.today());
    if !errors.is_empty() {
        let sentence = "The application lacks something or contradicts itself; see the errors.";
        return Err(Refusal::invalid("application_invalid", sentence, errors));
    }
    if let Some(from) = command.waits_until.filter(|from| context.today() < *from) {
        let sentence = format!("A new application for this type is possible from {from} on.");
        return Err(Refusal::state("reapply_wait", sentence, Status::NotApplied.as_str(), &[]));
    }
    if let Some(pilot) = &rules.pilot {
        pilot_has_a_place(pilot, command.pilot_places_taken, context.today())?;
    }
    let agreement = agreement_of_an_officer(&command.account)?;
    let errors = identifier::used_in_account(&command.identifiers, &command.in_use);
    if !errors.is_empty() {
        let refusal = Refusal::state("identifier_in_use", IN_USE, Status::NotApplied.as_str(), &[]);
        return Err(Refusal { errors, ..refusal });
    }
    let today = context.today();
    let due =
        today.checked_add_days(Days::new(context.policy.application_profile_days.into())).unwrap_or(today);
    let check = |identifier| CheckedIdentifier::of(identifier, &command.account);
    let attach = |document| AttachedDocument { document, attached_on: today };
    Ok(vec![
        MembershipApplied {
            membership_id: command.membership_id,
            account_id: command.account_id,
            profile_id: command.profile_id,
            entity_type: command.entity_type,
            country_of_establishment: command.country_of_establishment,
            determinations: first_determinations(&command, context),
            identifiers: command.identifiers.into_iter().map(check).collect(),
            documents: command.documents.into_iter().map(attach).collect(),
            declarations: command.declarations,
            invitation_id: command.invitation_id,
            previous_membership_id: command.previous_membership_id,
            agreement,
            applied_by: context.actor.id,
            applied_on: today,
            profile_due_on: due,
            status: Status::PreApplicant,
        }
        .into(),
    ])
}

/// An account has one live membership of a type for an identifier; its company may know of both, so it is told.
pub const IN_USE: &str =
    "Another live membership of this account uses the same identifier for the same type; see the errors.";

/// Everything that is wrong with the members of the application, all at once.
fn wrong_members(command: &Apply, rules: &EntityRequirements, today: NaiveDate) -> Vec<FieldError> {
    let country = command.country_of_establishment;
    let mut errors = Vec::new();
    errors.extend(body_rules::establishment(rules, country, command.invitation_id.is_some()));
    errors.extend(identifier::wrong_list(&command.identifiers, rules, country));
    errors.extend(wrong_documents(command, rules));
    errors.extend(wrong_declarations(&command.declarations, rules, today));
    errors
}

fn wrong_documents(command: &Apply, rules: &EntityRequirements) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if command.documents.len() > MAX_DOCUMENTS {
        let detail = format!("An application names at most {MAX_DOCUMENTS} documents.");
        errors.push(FieldError::new("/documents", "too_many", detail));
    }
    for (index, document) in command.documents.iter().enumerate() {
        if command.documents.iter().take(index).any(|earlier| earlier.document_id == document.document_id) {
            let detail = "This document is in the list already.";
            errors.push(FieldError::new(format!("/documents/{index}"), "duplicate", detail));
        }
        let pointer = format!("/documents/{index}/reference");
        errors.extend(body_rules::document_reference(&pointer, &document.reference));
    }
    let kinds: Vec<_> = command.documents.iter().map(|document| document.kind).collect();
    errors.extend(body_rules::documents_missing(rules, command.country_of_establishment, &kinds));
    errors
}

/// What is wrong with declarations.
pub fn wrong_declarations(
    declarations: &Declarations,
    rules: &EntityRequirements,
    today: NaiveDate,
) -> Vec<FieldError> {
    let last_trading = declarations.last_trading_on.and_then(|last| body_rules::last_trading(last, today));
    let not_asked = body_rules::statements_not_asked(rules, declarations.statements.keys());
    last_trading.into_iter().chain(not_asked).collect()
}

/// The pilots of Public Law 118-98 have few places and a limited time.
fn pilot_has_a_place(pilot: &Pilot, taken: u32, today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |code, sentence: String| Err(Refusal::state(code, sentence, Status::NotApplied.as_str(), &[]));
    if today < pilot.opens_on {
        return refuse("pilot_not_open", format!("The pilot opens on {}.", pilot.opens_on));
    }
    if today >= pilot.closes_on() {
        return refuse("pilot_closed", format!("The pilot ended before {}.", pilot.closes_on()));
    }
    if taken >= pilot.places {
        return refuse("pilot_full", format!("All {} places of the pilot are taken.", pilot.places));
    }
    Ok(())
}

/// C3 and C4 have to be met before anybody can apply; both are told at once.
fn agreement_of_an_officer(account: &AccountFacts) -> Result<AcceptedAgreement, Refusal> {
    let mut errors = Vec::new();
    let mut mend: Vec<&str> = Vec::new();
    if account.officer.is_none() {
        let detail = "The account has no active user with the role officer (condition C3).";
        errors.push(FieldError::new("", "officer_missing", detail));
        mend.push("grant-role");
    }
    if account.agreement.is_none() {
        let detail = "No officer has accepted the agreement in force (condition C4).";
        errors.push(FieldError::new("", "agreement_not_accepted", detail));
        mend.push("accept-agreement");
    }
    match (errors.first(), &account.agreement) {
        (None, Some(agreement)) => Ok(agreement.clone()),
        (first, _) => {
            let code = first.map_or("agreement_not_accepted", |error| error.code.as_str()).to_owned();
            let sentence = "An application needs a company officer, and the agreement accepted by one.";
            let refusal = Refusal::state(&code, sentence, Status::NotApplied.as_str(), &mend);
            Err(Refusal { errors, ..refusal })
        }
    }
}

fn first_determinations(command: &Apply, context: &Context) -> Vec<Determination> {
    let assessment = Assessment {
        entity_type: command.entity_type,
        country: command.country_of_establishment,
        declarations: &command.declarations,
        today: context.today(),
        policy: &context.policy,
        declared_by: Some(context.actor.id),
    };
    let mut found = assessment.of_declarations();
    found.extend(assessment.of_account(&command.account));
    found.push(assessment.of_profile(Outcome::Open, "The security profile has not been submitted yet."));
    found.sort_by_key(|determination| determination.condition);
    found
}

/// Whether a new application may follow an ended membership. The new one is an application of its own: nothing carries over
/// but the reference. A waiting period applies only after a removal, or after a withdrawal that followed a suspension.
/// That only an officer may apply is asked when it is made.
pub fn check_reapplication(previous: &Membership, today: NaiveDate) -> Result<(), Refusal> {
    if !previous.status.is_ended() {
        return Err(wrong_status(previous, Verb::Reapply));
    }
    match previous.dates.reapply_from {
        Some(from) if today < from => {
            let sentence = format!("A new application is possible from {from} on.");
            Err(refused(previous, "reapply_wait", sentence))
        }
        _ => Ok(()),
    }
}
