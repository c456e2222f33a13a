//! Aggregates: account (company, addresses, contacts, users, agreements), invitation and membership. Pure rules, no I/O.
//!
//! # Life cycle of an account (Handbook 2.3, 3.5, 4.3, 4.4)
//!
//! | Command | Event | Who | Rule |
//! |---|---|---|---|
//! | `RegisterAccount` | `account.registered` | whoever registers | the registering person is a company officer and becomes first contact and user |
//! | `ChangeCompany` | `account.company_changed` | officer, employee | |
//! | `AddAddress`, `ChangeAddress`, `RemoveAddress` | `account.address_added`, … | officer, employee | exactly one primary address |
//! | `AddContact`, `ChangeContact`, `RemoveContact` | `account.contact_added`, … | officer, employee | e-mail unique and never edited; at least one contact, one point of contact, one officer; the primary point of contact is an officer |
//! | `GrantRole`, `RevokeRole` | `account.role_granted`, `account.role_revoked` | officer | the last officer stays; an officer is a contact named as company officer |
//! | `AcceptAgreement` | `account.agreement_accepted` | officer | the version in force |
//! | `ErasePerson` | `account.person_erased` | staff | neither contact nor user any more |
//!
//! # Life cycle of an invitation (Handbook 2.2)
//!
//! | From | To | Command | Who |
//! |---|---|---|---|
//! | — | open | `IssueInvitation` | staff |
//! | open | redeemed | `RedeemInvitation` | the company that applies, for the type it was issued for, until it expires |
//! | open | revoked | `RevokeInvitation` | staff |
//!
//! The life cycle of a membership is in [`membership`].

pub mod account;
pub mod agreement;
pub mod invitation;
pub mod membership;
