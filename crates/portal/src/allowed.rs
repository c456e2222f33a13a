//! What is possible now, for the one who asks: what the state allows and the table permits. Representations and refusals say it alike.

use crate::access::{Caller, Ownership, Permission, authorize};
use kernel::Refusal;

/// The permission that a command needs, by the command's name in the address; every name is that of one command alone.
pub fn permission_of_command(command: &str) -> Option<Permission> {
    use Permission as P;
    Some(match command {
        "change-company" | "add-address" | "change-address" | "remove-address" | "add-contact"
        | "change-contact" | "remove-contact" => P::AccountEdit,
        "grant-role" | "revoke-role" => P::AccountManageUsers,
        "accept-roles" | "leave-account" => P::OwnRoles,
        "accept-agreement" => P::AgreementAccept,
        "erase-person" | "erase-applicant" => P::PersonErase,
        "place-hold" | "lift-hold" => P::HoldManage,
        "change-identifiers" | "attach-document" | "remove-document" | "declare-eligibility" => {
            P::MembershipEdit
        }
        "set-bond" => P::MembershipSetBond,
        "record-determination" => P::MembershipDetermine,
        "assign-specialist" => P::MembershipAssign,
        "record-vetting-result" => P::MembershipVet,
        "recommend-certification" => P::MembershipRecommend,
        "certify" => P::MembershipCertify,
        "record-validation-outcome" | "change-tier" => P::MembershipValidate,
        "reject" | "find-ineligible" => P::MembershipReject,
        "withdraw" => P::MembershipWithdraw,
        "request-withdrawal" | "take-back-withdrawal" => P::MembershipLeave,
        "close" => P::MembershipClose,
        "recommend-enforcement" => P::EnforcementRecommend,
        "suspend" | "remove" | "reinstate" | "correct-entry" => P::EnforcementDecide,
        "submit-corrective-plan" => P::EnforcementAnswer,
        "file-appeal" | "withdraw-appeal" => P::AppealFile,
        "grant-appeal" | "deny-appeal" => P::AppealDecide,
        "override-conflict" | "end-conflict-override" => P::ConflictOverride,
        "reapply" => P::MembershipApply,
        "correct-date" => P::MembershipCorrect,
        "save-answer" => P::ProfileAnswer,
        "submit" => P::ProfileSubmit,
        "start-review" | "accept-answer" | "reject-answer" | "return" => P::ProfileReview,
        "approve" => P::ProfileApprove,
        "revoke" => P::InvitationManage,
        "add-statement" => P::IncidentReport,
        "involve-account" | "remove-account" | "triage" | "begin-review" | "request-analysis"
        | "accept-response" | "return-response" | "conclude-part" | "compare" | "undo-comparison" => {
            P::IncidentReview
        }
        "submit-analysis" | "plan-actions" | "complete-action" => P::IncidentRespond,
        "correct-facts" => P::IncidentCorrect,
        "erase-text" => P::IncidentErase,
        "close-incident" | "reopen-incident" => P::IncidentClose,
        "waive" => P::ObligationWaive,
        "close-calendar" => P::CalendarManage,
        _ => return None,
    })
}

fn may(caller: &Caller, owner: &Ownership, command: &str) -> bool {
    permission_of_command(command).is_some_and(|permission| authorize(caller, permission, owner).is_ok())
}

/// Of the commands that the state allows, those that the caller may ask for.
pub fn allowed_commands(
    caller: &Caller,
    owner: &Ownership,
    by_state: impl IntoIterator<Item = &'static str>,
) -> Vec<&'static str> {
    by_state.into_iter().filter(|command| may(caller, owner, command)).collect()
}

/// A refusal as the caller is told it.
pub(crate) fn told(caller: &Caller, owner: &Ownership, mut refusal: Refusal) -> Refusal {
    refusal.allowed_commands.retain(|command| may(caller, owner, command));
    refusal
}
