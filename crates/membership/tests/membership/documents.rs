//! Attaching and removing documents.

use crate::support::*;
use criteria::EntityType;
use membership::membership::event::{MembershipDocumentAttached, MembershipDocumentRemoved};
use membership::membership::*;

fn letter() -> Document {
    Document {
        document_id: document_id(2),
        kind: DocumentKind::SupplyChainAssessment,
        title: text("Assessment 2026"),
        reference: text("https://files.example/assessment-2026.pdf"),
        sha256: Some(Sha256::parse("ab".repeat(32)).unwrap()),
    }
}

#[test]
fn a_document_is_attached_by_reference() {
    for story in [pre_applicant(), applicant(), returned(), approved(), certified()] {
        let expected = MembershipDocumentAttached { document: letter(), attached_on: day(CERTIFIED) };
        story.then(employee(), CERTIFIED, AttachDocument { document: letter() }, vec![expected.into()]);
        let after = story.and(employee(), CERTIFIED, AttachDocument { document: letter() });
        let attached = AttachedDocument { document: letter(), attached_on: day(CERTIFIED) };
        assert_eq!(after.state.documents, [attached]);
    }
}

#[test]
fn the_same_document_again_changes_nothing_and_another_under_its_id_is_refused() {
    let story = pre_applicant().and(employee(), APPLIED, AttachDocument { document: letter() });
    story.then(employee(), SUBMITTED, AttachDocument { document: letter() }, Vec::new());
    let other = Document { title: text("Assessment 2027"), ..letter() };
    let errors = [("/document/document_id", "duplicate")];
    story.invalid(employee(), SUBMITTED, AttachDocument { document: other }, "document_exists", &errors);
}

#[test]
fn a_hundred_documents_are_the_most() {
    let mut story = pre_applicant();
    for number in 0..100 {
        let document = Document { document_id: document_id(number), ..letter() };
        story = story.and(employee(), APPLIED, AttachDocument { document });
    }
    let document = Document { document_id: document_id(100), ..letter() };
    story.state_forbids(employee(), APPLIED, AttachDocument { document }, "too_many_documents");
}

#[test]
fn a_document_is_removed() {
    let story = pre_applicant().and(employee(), APPLIED, AttachDocument { document: letter() });
    assert!(story.state.allowed_commands().contains(&"remove-document"));
    let command = RemoveDocument { document_id: document_id(2) };
    let expected = MembershipDocumentRemoved { document_id: document_id(2), removed_on: day(SUBMITTED) };
    story.then(employee(), SUBMITTED, command.clone(), vec![expected.into()]);
    let after = story.and(employee(), SUBMITTED, command);
    assert_eq!(after.state.documents, []);
    assert!(!after.state.allowed_commands().contains(&"remove-document"));
}

#[test]
fn an_unknown_document_is_not_removed() {
    let command = RemoveDocument { document_id: document_id(9) };
    let errors = [("/document_id", "document_unknown")];
    pre_applicant().invalid(employee(), SUBMITTED, command, "document_unknown", &errors);
}

#[test]
fn a_document_that_the_type_needs_is_exchanged_but_not_taken_away() {
    let story = pre_applicant_as(EntityType::MexicoLongHaulCarrier);
    let remove = RemoveDocument { document_id: acta().document_id };
    story.state_forbids(employee(), SUBMITTED, remove.clone(), "document_needed");
    let successor = Document { document_id: document_id(3), title: text("Acta Constitutiva 2024"), ..acta() };
    story.and(employee(), SUBMITTED, AttachDocument { document: successor }).and(
        employee(),
        SUBMITTED,
        remove,
    );
}

#[test]
fn after_an_end_documents_stay_as_they_are() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(employee(), CERTIFIED, AttachDocument { document: letter() }, "wrong_status");
        let remove = RemoveDocument { document_id: document_id(2) };
        story.state_forbids(employee(), CERTIFIED, remove, "wrong_status");
    }
}

#[test]
fn a_reference_that_would_run_something_is_refused() {
    for reference in ["javascript:alert(1)", "data:text/html,x", " JavaScript:alert(1)", "file:///etc/passwd"]
    {
        let document = Document { reference: text(reference), ..letter() };
        let errors = [("/document/reference", "reference_scheme")];
        pre_applicant().invalid(
            employee(),
            APPLIED,
            AttachDocument { document },
            "reference_scheme",
            &errors,
        );
    }
    for reference in
        ["http://files.example/a.pdf", "urn:uuid:0193a5c0-de7a-7c3e-b8f6-a1b2c3d4e5f6", "Shelf 3: folder 2"]
    {
        let document = Document { reference: text(reference), ..letter() };
        let expected = MembershipDocumentAttached { document: document.clone(), attached_on: day(APPLIED) };
        pre_applicant().then(employee(), APPLIED, AttachDocument { document }, vec![expected.into()]);
    }
}
