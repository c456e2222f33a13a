//! What the company keeps up to date (identifiers, documents) and what staff keep for it (bond, specialist).

use super::application::IN_USE;
use super::eligibility::by_system;
use super::lapse::with_lapse;
use super::{Decision, actor, identity, refused};
use crate::membership::body_rules;
use crate::membership::command::{
    AssignSpecialist, AttachDocument, ChangeIdentifiers, RemoveDocument, SetBond,
};
use crate::membership::document::MAX_DOCUMENTS;
use crate::membership::eligibility::{Condition, DeterminationSource, Outcome};
use crate::membership::entity_requirements;
use crate::membership::event::{
    LapseCause, MembershipBondSet, MembershipDocumentAttached, MembershipDocumentRemoved,
    MembershipIdentifiersChanged, MembershipSpecialistAssigned, MembershipVettingReopened,
};
use crate::membership::identifier::{self, CheckedIdentifier};
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::VettingOutcome;
use kernel::{Context, FieldError, Refusal};

/// The company replaces its identifiers. Before certification a vetting that was passed is open again, since it was about
/// other identifiers; no path leads to certified while vetting is open (Handbook 3.3).
pub fn change_identifiers(
    membership: &Membership,
    command: ChangeIdentifiers,
    context: &Context,
) -> Decision {
    let identity = identity(membership)?;
    let rules = entity_requirements::of(identity.entity_type);
    let errors = identifier::wrong_list(&command.identifiers, rules, identity.country_of_establishment);
    if !errors.is_empty() {
        let sentence = "The list of identifiers lacks something or contradicts itself; see the errors.";
        return Err(Refusal::invalid("identifiers_invalid", sentence, errors));
    }
    let errors = identifier::used_in_account(&command.identifiers, &command.in_use);
    let check = |identifier| CheckedIdentifier::of(identifier, &command.account);
    let identifiers: Vec<_> = command.identifiers.into_iter().map(check).collect();
    if identifiers == membership.identifiers {
        return Ok(Vec::new());
    }
    if !errors.is_empty() {
        return Err(Refusal { errors, ..refused(membership, "identifier_in_use", IN_USE) });
    }
    let today = context.today();
    let earlier = membership.identifiers.clone();
    let mut events = vec![MembershipIdentifiersChanged { identifiers, earlier, changed_on: today }.into()];
    if let Some(vetting) = &membership.vetting
        && vetting.outcome == VettingOutcome::Passed
        && membership.status != Status::Certified
    {
        let basis = "The identifiers were changed after the vetting was passed.";
        let source = DeterminationSource::Vetting;
        events.push(
            MembershipVettingReopened {
                cause: LapseCause::IdentifiersChanged,
                earlier_determined_on: vetting.determined_on,
                reopened_on: today,
                determination: by_system(Condition::C7, Outcome::Open, basis, source, context),
            }
            .into(),
        );
    }
    Ok(with_lapse(membership, events, LapseCause::IdentifiersChanged, context))
}

/// Documents are attached by reference; the same one again changes nothing.
pub fn attach_document(membership: &Membership, command: AttachDocument, context: &Context) -> Decision {
    let document = command.document;
    let present =
        membership.documents.iter().find(|attached| attached.document.document_id == document.document_id);
    match present {
        Some(attached) if attached.document == document => return Ok(Vec::new()),
        Some(_) => {
            let detail = "Another document has this id; attach the new one under an id of its own.";
            let errors = vec![FieldError::new("/document/document_id", "duplicate", detail)];
            return Err(Refusal::invalid("document_exists", detail, errors));
        }
        None if membership.documents.len() >= MAX_DOCUMENTS => {
            let sentence =
                format!("There are {MAX_DOCUMENTS} documents, the most allowed; remove one first.");
            return Err(refused(membership, "too_many_documents", sentence));
        }
        None => {}
    }
    if let Some(error) = body_rules::document_reference("/document/reference", &document.reference) {
        return Err(Refusal::invalid(&error.code.clone(), error.detail.clone(), vec![error]));
    }
    Ok(vec![MembershipDocumentAttached { document, attached_on: context.today() }.into()])
}

/// A document that the type needs can be exchanged, but not taken away: attach its successor first.
pub fn remove_document(membership: &Membership, command: RemoveDocument, context: &Context) -> Decision {
    let identity = identity(membership)?;
    let id = command.document_id;
    let (removed, kept): (Vec<_>, Vec<_>) =
        membership.documents.iter().partition(|attached| attached.document.document_id == id);
    if removed.is_empty() {
        let detail = "No attached document has this id.";
        let errors = vec![FieldError::new("/document_id", "document_unknown", detail)];
        return Err(Refusal::invalid("document_unknown", detail, errors));
    }
    let rules = entity_requirements::of(identity.entity_type);
    let kinds: Vec<_> = kept.iter().map(|attached| attached.document.kind).collect();
    let missing = rules.missing_documents(identity.country_of_establishment, &kinds);
    if let Some(needed) =
        missing.iter().find(|rule| removed.iter().any(|gone| gone.document.kind == rule.kind))
    {
        let sentence =
            format!("The application needs this document; attach its successor first. {}", needed.text);
        return Err(refused(membership, "document_needed", sentence));
    }
    Ok(vec![MembershipDocumentRemoved { document_id: id, removed_on: context.today() }.into()])
}

/// Only staff record the bond. Handbook 2.3.
pub fn set_bond(membership: &Membership, command: SetBond, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    let bond = command.bond;
    if let Some(error) = body_rules::bond_days(bond.effective_on, bond.ends_on) {
        return Err(Refusal::invalid("bond_invalid", error.detail.clone(), vec![error]));
    }
    if membership.bond.as_ref() == Some(&bond) {
        return Ok(Vec::new());
    }
    let event = MembershipBondSet { bond, earlier: membership.bond.clone(), set_on: context.today() };
    Ok(with_lapse(membership, vec![event.into()], LapseCause::Bond, context))
}

/// A specialist and an office look after each account. Handbook 1.4.
pub fn assign_specialist(membership: &Membership, command: AssignSpecialist, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    let earlier = membership.assignment.as_ref();
    if earlier.is_some_and(|now| now.specialist == command.specialist && now.office == command.office) {
        return Ok(Vec::new());
    }
    Ok(vec![
        MembershipSpecialistAssigned {
            specialist: command.specialist,
            office: command.office,
            earlier_specialist: earlier.map(|now| now.specialist),
            earlier_office: earlier.map(|now| now.office),
            assigned_on: context.today(),
        }
        .into(),
    ])
}
