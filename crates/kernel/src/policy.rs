//! Every period of the programme as a named value with its legal basis. No rule holds a literal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How firmly a value rests on its source (the tags of the domain handbook).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasisKind {
    /// Text of a U.S. law.
    Statute,
    /// A CTPAT portal manual issued by CBP.
    PortalManual,
    /// A CBP page, notice or filing.
    CbpPage,
    /// GAO, trade press, law firms, consultants.
    SecondarySource,
    /// Chosen for this product.
    DesignChoice,
}

/// One policy value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyValue {
    /// Stable name.
    pub key: String,
    /// The value, in `unit`.
    pub value: u32,
    /// `days`, `years` or `times`.
    pub unit: String,
    /// What kind of source it rests on.
    pub basis_kind: BasisKind,
    /// The source itself, and what is doubtful about it.
    pub basis: String,
}

macro_rules! policy {
    ($($(#[doc = $doc:expr])+ $key:ident : $default:literal $unit:literal, $kind:ident, $basis:literal;)+) => {
        /// The periods in force. Defaults follow section 14 of the handbook; a configuration may set others.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Policy {
            $($(#[doc = $doc])+ pub $key: u32,)+
        }

        impl Default for Policy {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl Policy {
            /// Every value with its unit and its legal basis, for the API and the documentation.
            pub fn values(&self) -> Vec<PolicyValue> {
                vec![$(PolicyValue {
                    key: stringify!($key).to_owned(),
                    value: self.$key,
                    unit: $unit.to_owned(),
                    basis_kind: BasisKind::$kind,
                    basis: $basis.to_owned(),
                },)+]
            }

            /// One value by its key; `None` where there is no such key.
            pub fn value_of(&self, key: &str) -> Option<u32> {
                match key {
                    $(stringify!($key) => Some(self.$key),)+
                    _ => None,
                }
            }

            /// Sets one value by its key; says whether there is such a key.
            pub fn set(&mut self, key: &str, value: u32) -> bool {
                match key {
                    $(stringify!($key) => self.$key = value,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

policy! {
    /// Days a pre-applicant has to submit the security profile. Handbook 3.3.
    application_profile_days: 30 "days", SecondarySource,
        "Handbook 3.3 and 14. Sources conflict: 30 days in secondary sources, 60 in an older portal manual.";
    /// Days from submission to the certification decision that CBP aims at. 6 U.S.C. 964(c).
    certification_target_days: 90 "days", Statute,
        "6 U.S.C. 964(c): 90 days from receipt, to the extent practicable. A target, not a bar.";
    /// Years from certification to the first validation. 6 U.S.C. 965(a).
    first_validation_years: 1 "years", Statute,
        "6 U.S.C. 965(a): within one year of certification, to the extent practicable. Counted by the calendar; from 29 February to 28 February.";
    /// Years between validations, at the most. 6 U.S.C. 969.
    revalidation_max_years: 4 "years", Statute, "6 U.S.C. 969: at least once in each four years.";
    /// Days before the anniversary on which the annual review opens. Handbook 3.4.
    annual_review_window_days: 90 "days", PortalManual, "Handbook 3.4: the window opens 90 days before the anniversary.";
    /// Days from a submission of the security profile in which its review should end. Handbook 3.3.
    profile_review_days: 30 "days", DesignChoice,
        "Handbook 3.3 asks for the review within the 90 days of 6 U.S.C. 964(c) and sets no time of its own; a third of them is our choice.";
    /// Days before the last day on which the first reminder goes out. Handbook 10.
    reminder_first_days: 30 "days", DesignChoice,
        "Handbook 10: three quarters of removals are missed dates, so reminders are worth more than anything else; when they go out is our choice.";
    /// Days before the last day on which the second reminder goes out. Handbook 10.
    reminder_second_days: 14 "days", DesignChoice, "As reminder_first_days.";
    /// Days before the last day on which the third reminder goes out. Handbook 10.
    reminder_third_days: 7 "days", DesignChoice, "As reminder_first_days.";
    /// Days before the last day on which the last reminder goes out. Handbook 10.
    reminder_last_days: 1 "days", DesignChoice, "As reminder_first_days.";
    /// Days before the last day from which reminders also go to the second contact. Handbook 10.
    reminder_escalation_days: 7 "days", DesignChoice,
        "Handbook 10 asks for escalation to a second contact; from when on is our choice.";
    /// Days between two warnings after the last day. Handbook 3.4.
    late_warning_days: 14 "days", SecondarySource,
        "Handbook 3.4 and 14: one consultant quotes notices of strictly 14 calendar days.";
    /// How many warnings follow after the last day. Handbook 3.4.
    late_warnings: 3 "times", DesignChoice, "Handbook 3.4 speaks of warning letters, and says of no number.";
    /// Days to wait before applying again after a removal, or a withdrawal that followed a suspension. Handbook 3.3.
    reapply_wait_days: 365 "days", SecondarySource,
        "Handbook 3.3 and 14: one consultant's figure, doubtful; it applies after removal or withdrawal following suspension.";
    /// Days from the letter that a suspended member has to answer. Handbook 3.3.
    suspension_response_days: 90 "days", SecondarySource, "Handbook 3.3 and 14: 90 days from the suspension letter.";
    /// Days from a company's request to leave in which CBP should close its membership. Handbook 3.3.
    withdrawal_closing_days: 30 "days", DesignChoice,
        "Handbook 3.3: CBP closes what the company asked to leave, and no source says within what time; this one is our choice.";
    /// Days from a decision to appeal. 6 U.S.C. 967(c)(1).
    appeal_days: 90 "days", Statute, "6 U.S.C. 967(c)(1): 90 days from the decision.";
    /// Days from a decision to appeal where the cause is knowingly false information. 6 U.S.C. 967(c)(2).
    appeal_false_information_days: 30 "days", Statute, "6 U.S.C. 967(c)(2): 30 days from the decision.";
    /// Days from the filing of an appeal to its decision. 6 U.S.C. 967(c).
    appeal_decision_days: 180 "days", Statute, "6 U.S.C. 967(c): the decision is due 180 days after the filing. A duty of CBP, not a bar.";
    /// Days within which the applicant must have traded in the role applied for. Handbook 2.1, C1.
    active_trading_days: 365 "days", CbpPage, "Handbook 2.1, C1: for most types within the past 12 months.";
    /// Days for which a person's details are kept after the person has left the company. Handbook 7.
    former_person_retention_days: 1095 "days", DesignChoice,
        "Handbook 7: CBP's own periods are in notice DHS/CBP-018 and could not be read; this one is our choice. Nobody is erased by itself when it is over.";
    /// Days for which the data of a company that never became a member are kept after its last application ended. Handbook 7.
    applicant_retention_days: 1095 "days", DesignChoice,
        "Handbook 7: notice DHS/CBP-018 covers prospective and ineligible partners too, and its periods could not be read; this one is our choice.";
    /// Days an invitation can be used when the one who issues it names no date.
    invitation_valid_days: 90 "days", DesignChoice, "Handbook 2.2 knows an exception token; its lifetime is our choice.";
    /// Days that an account has for its analysis after an incident. Handbook 11.
    incident_analysis_days: 30 "days", DesignChoice,
        "Handbook 11 names a post-incident analysis after a seizure and no period for it; this one is our choice.";
    /// Days that an account has for its corrective plan after its analysis was taken. Handbook 11.
    incident_corrective_plan_days: 30 "days", DesignChoice,
        "Handbook 11 names a corrective plan and no period for it; this one is our choice.";
    /// Days for which an account is watched after its corrective plan was taken. Handbook 11.
    incident_monitoring_days: 180 "days", DesignChoice,
        "Handbook 11 has the state Monitoring and no period for it; this one is our choice.";
    /// Days by which two incidents at one place, or of one kind with one account, may lie apart to look like the same. Handbook 11.
    incident_duplicate_days: 3 "days", DesignChoice,
        "Handbook 11 and GAO 2026 (handbook 3.6): duplicates are to be found. How near is near is our choice.";
    /// Days by which two incidents with one container may lie apart to look like the same: containers travel again. Handbook 11.
    incident_duplicate_container_days: 30 "days", DesignChoice,
        "Handbook 11: duplicates by number. Entries, seals and seizures are numbered once; for containers the period is our choice.";
    /// Days from the report of an incident to CBP's word on how urgent it is. Handbook 11.
    incident_triage_days: 5 "days", DesignChoice,
        "Handbook 3.6: GAO asks that somebody own the completeness of incident data. No period is published; this one is our choice.";
}
