//! Aggregates: account (company, addresses, contacts, users, agreements), invitation, membership and enforcement action. Pure rules, no I/O.
//!
//! # Life cycle of an account (Handbook 2.3, 3.5, 4.3, 4.4)
//!
//! | Command | Event | Who | Rule |
//! |---|---|---|---|
//! | `RegisterAccount` | `account.registered` | whoever registers | the registering person is a company officer and becomes first contact and user |
//! | `ChangeCompany` | `account.company_changed` | officer, employee | business has begun; no change leaves no event |
//! | `AddAddress`, `ChangeAddress`, `RemoveAddress` | `account.address_added`, … | officer, employee | exactly one primary address; at most 50 |
//! | `AddContact`, `ChangeContact`, `RemoveContact` | `account.contact_added`, … | officer, employee | e-mail unique and never edited; at least one contact, one point of contact, one officer; the primary point of contact is an officer |
//! | `GrantRole`, `RevokeRole` | `account.role_granted`, `account.role_revoked` | officer | users are contacts; each signs in with one subject for good (`account.sign_in_bound`, also with `RegisterAccount` and `AddContact`); an officer is named as company officer; a consultant never is; the last officer stays |
//! | `AcceptRoles` | `account.roles_accepted` | the user | until then the roles count for nothing; who loses the last one is asked anew |
//! | `LeaveAccount` | `account.user_left` | the user | declining is always possible; the last officer who acts stays; roles and sign-in are gone |
//! | `AcceptAgreement` | `account.agreement_accepted` | officer of this account | the version in force; the same officer again leaves no event |
//! | `ErasePerson` | `account.person_erased` | supervisor, programme director | neither contact nor user any more; no legal hold on the person or the account |
//! | `PlaceHold`, `LiftHold` | `account.hold_placed`, `account.hold_lifted` | supervisor, programme director | on the account or one person of it; while one stands nothing is erased |
//! | `EraseApplicant` | `account.person_erased` for each person, `account.applicant_erased` | supervisor, programme director | never a member, no application open, no legal hold |
//!
//! # Life cycle of an invitation (Handbook 2.2)
//!
//! | From | To | Command | Who |
//! |---|---|---|---|
//! | — | open | `IssueInvitation` | staff |
//! | open | redeemed | `RedeemInvitation` | the company that applies, for the type it was issued for, until it expires |
//! | open | revoked | `RevokeInvitation` | staff |
//!
//! The life cycle of a membership is in [`membership`], that of an enforcement action and its appeals in [`enforcement`].

pub mod account;
pub mod agreement;
pub mod enforcement;
pub mod invitation;
pub mod membership;
