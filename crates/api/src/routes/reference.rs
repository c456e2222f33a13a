//! Reference data: entity types and policy values.

use super::code;
use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::policy::PolicyValue;
use kernel::{CountryCode, PolicyVersion};
use membership::membership::entity_requirements::{EntityRequirements, InvitationRule, of};
use membership::membership::{DocumentKind, Statement};
use portal::access::permission;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// An identifier that a type asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityTypeIdentifier {
    /// Any of these will do.
    pub any_of: Vec<IdentifierType>,
    /// Their shapes, each with an example, in the same order.
    pub shapes: Vec<String>,
    /// How much it is needed.
    #[schema(inline, value_type = code::NeedOut)]
    pub need: &'static str,
    /// What to give.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// A document that a type asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityTypeDocument {
    /// Its kind.
    #[schema(inline, value_type = code::DocumentKindOut)]
    pub kind: DocumentKind,
    /// How much it is needed.
    #[schema(inline, value_type = code::NeedOut)]
    pub need: &'static str,
    /// What to give.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// A statement that a type asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityTypeStatement {
    /// Its name.
    #[schema(inline, value_type = code::StatementOut)]
    pub statement: Statement,
    /// Its text, as the company affirms or denies it.
    pub text: &'static str,
}

/// The bond that a type asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityTypeBond {
    /// How much it is needed.
    #[schema(inline, value_type = code::NeedOut)]
    pub need: &'static str,
    /// The rule.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// What an entity type is and needs.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EntityTypeInfo)]
pub struct EntityTypeView {
    /// Its name.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: EntityType,
    /// Its name for people.
    pub title: &'static str,
    /// Who it is for and on which conditions.
    pub summary: &'static str,
    /// Where that is written.
    pub source: &'static str,
    /// Where the company has to be established.
    pub established_in: String,
    /// Where it has to have a staffed business office.
    pub office_in: String,
    /// Whether it can be applied for only with an invitation of CBP.
    #[schema(inline, value_type = code::InvitationOut)]
    pub invitation: &'static str,
    /// With `unless_established_in`: the countries in which a company has to be established to apply without an invitation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invitation_not_needed_in: Vec<CountryCode>,
    /// Its identifiers.
    pub identifiers: Vec<EntityTypeIdentifier>,
    /// Its documents.
    pub documents: Vec<EntityTypeDocument>,
    /// The statements that it has to make.
    pub statements: Vec<EntityTypeStatement>,
    /// Its bond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bond: Option<EntityTypeBond>,
    /// How much an alternate point of contact is needed.
    #[schema(inline, value_type = code::NeedOut)]
    pub alternate_contact: &'static str,
    /// Whether tiers are applied.
    pub tiered: bool,
    /// How many places its pilot has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pilot_places: Option<u32>,
}

/// Every entity type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityTypeList {
    /// In the order of the catalogue.
    pub items: Vec<EntityTypeView>,
}

/// A type of event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EventType)]
pub struct EventTypeView {
    /// Its name: dotted, past tense.
    #[serde(rename = "type")]
    #[schema(max_length = 80)]
    pub event_type: &'static str,
    /// The version of the payload that is written today.
    #[schema(max_length = 10)]
    pub version: String,
    /// What happened.
    pub summary: &'static str,
    /// An example of the event's `data`.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// Every type of event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventTypeList {
    /// By what they happen to, in the order in which they come in its life.
    pub items: Vec<EventTypeView>,
}

/// Every policy value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyValueList {
    /// The version in force on that day.
    #[schema(max_length = 40)]
    pub version: String,
    /// The first day on which it is in force.
    pub effective_on: NaiveDate,
    /// Its values.
    pub items: Vec<PolicyValue>,
    /// Every version, oldest first, those to come included.
    pub versions: Vec<PolicyVersionView>,
}

/// A version of the policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PolicyVersion)]
pub struct PolicyVersionView {
    /// Its name, which deadlines tell.
    #[schema(max_length = 40)]
    pub version: String,
    /// The first day on which it is in force.
    pub effective_on: NaiveDate,
    /// Whether deadlines that run on that day go by it from then on. Others keep the version that was in force when they started.
    pub moves_open_clocks: bool,
}

fn view(rules: &'static EntityRequirements) -> EntityTypeView {
    EntityTypeView {
        entity_type: rules.entity_type,
        title: rules.entity_type.title(),
        summary: rules.summary,
        source: rules.source,
        established_in: rules.established.text.to_owned(),
        office_in: rules.office.text.to_owned(),
        invitation: match rules.invitation {
            InvitationRule::NotNeeded => "not_needed",
            InvitationRule::Always => "always",
            InvitationRule::UnlessEstablishedIn(_) => "unless_established_in",
        },
        invitation_not_needed_in: match rules.invitation {
            InvitationRule::UnlessEstablishedIn(countries) => countries.to_vec(),
            InvitationRule::NotNeeded | InvitationRule::Always => Vec::new(),
        },
        identifiers: rules
            .all_identifiers()
            .map(|rule| EntityTypeIdentifier {
                any_of: rule.any_of.to_vec(),
                shapes: rule
                    .any_of
                    .iter()
                    .map(|kind| format!("{}: {}, for example {}", kind, kind.shape(), kind.example()))
                    .collect(),
                need: rule.need.as_str(),
                text: rule.text,
                source: rule.source,
            })
            .collect(),
        documents: rules
            .all_documents()
            .map(|rule| EntityTypeDocument {
                kind: rule.kind,
                need: rule.need.as_str(),
                text: rule.text,
                source: rule.source,
            })
            .collect(),
        statements: rules
            .statements
            .iter()
            .map(|statement| EntityTypeStatement { statement: *statement, text: statement.text() })
            .collect(),
        bond: rules.bond.as_ref().map(|bond| EntityTypeBond {
            need: bond.need.as_str(),
            text: bond.text,
            source: bond.source,
        }),
        alternate_contact: rules.alternate_contact.as_str(),
        tiered: rules.tiered,
        pilot_places: rules.pilot.map(|pilot| pilot.places),
    }
}

async fn entity_types(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    Ok(json_page(&EntityTypeList { items: EntityType::ALL.iter().map(|kind| view(of(*kind))).collect() }))
}

async fn policy_values(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let on = query.date("on");
    query.finish()?;
    let portal = &req.state.portal;
    let in_force = portal.policies().in_force(on.unwrap_or_else(|| portal.today()));
    let view = |version: &PolicyVersion| PolicyVersionView {
        version: version.name.clone(),
        effective_on: version.effective_on,
        moves_open_clocks: version.moves_open_clocks,
    };
    Ok(json_page(&PolicyValueList {
        version: in_force.name.clone(),
        effective_on: in_force.effective_on,
        items: in_force.values.values(),
        versions: portal.policies().versions().map(view).collect(),
    }))
}

async fn event_types(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    Ok(json_page(&EventTypeList { items: described("") }))
}

/// The event types that begin like this.
fn described(prefix: &str) -> Vec<EventTypeView> {
    let all = portal::event_descriptions().into_iter();
    all.filter(|event| event.event_type.starts_with(prefix))
        .map(|event| EventTypeView {
            event_type: event.event_type,
            version: event.version.to_string(),
            summary: event.summary.trim(),
            data: serde_json::from_str(event.example).unwrap_or_default(),
        })
        .collect()
}

/// The operations on reference data.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/entity-types", "entity_types_list", entity_types)
            .about("reference", "See what each entity type needs", "Identifiers with their shapes, documents, offices, invitations, bonds and statements, each with its source.")
            .answers::<EntityTypeList>(200, json!(EntityTypeList { items: vec![view(of(EntityType::Importer))] })),
        Operation::get("/v1/event-types", "event_types_list", event_types)
            .about("reference", "See what events hold", "Every event type of the feed and of the histories, with an example of its `data`. Members without a value are left out of an event, so it may have fewer than the example.")
            .answers::<EventTypeList>(200, json!(EventTypeList { items: described("membership.withdrawn") })),
        Operation::get("/v1/policy-values", "policy_values_list", policy_values)
            .about("reference", "See the policy values in force", "Every period of the programme with its legal basis and what is doubtful about it, as in force today or on another day. A deadline tells the version that it goes by.")
            .parameter("on", "As in force on this day.", super::date_parameter())
            .answers::<PolicyValueList>(200, json!({"version": "initial", "effective_on": "2001-11-01",
                "versions": [{"version": "initial", "effective_on": "2001-11-01", "moves_open_clocks": false}],
                "items": [{"key": "certification_target_days", "value": 90, "unit": "days", "basis_kind": "statute", "basis": "6 U.S.C. 964(c)"}]})),
    ]
}
