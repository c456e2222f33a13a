//! A request with its caller: authenticated, within its quota, read within limits.

use crate::http::body;
use crate::http::given::Given;
use crate::http::query::Query;
use crate::http::state::ApiState;
use crate::http::tags::Condition;
use crate::problem::{Problem, registry};
use actix_web::http::header;
use actix_web::mime::{self, Mime};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest};
use chrono::NaiveDate;
use kernel::FieldError;
use portal::access::{Caller, Permission, PermissionType, Reach, may_ever};
use portal::{Call, Idempotency};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::marker::PhantomData;
use std::str::FromStr;
use utoipa::ToSchema;

/// The `RateLimit` header of this request, for the middleware to send.
#[derive(Debug, Clone)]
pub struct RateLimitHeader(pub String);

/// The OAuth client that sent this request, for the log.
#[derive(Debug, Clone)]
pub(crate) struct ClientId(pub String);

/// The body of this request is still arriving.
pub(crate) struct ReadingBody;

/// What the outermost middleware gave the request.
#[derive(Debug, Clone)]
pub struct RequestIds {
    /// The id of the request.
    pub request_id: String,
    /// The trace id, or the request id.
    pub correlation_id: String,
    /// The W3C trace context.
    pub traceparent: Option<String>,
}

impl RequestIds {
    /// For a request that brought none.
    pub(crate) fn new() -> Self {
        let request_id = uuid::Uuid::now_v7().to_string();
        Self { correlation_id: request_id.clone(), request_id, traceparent: None }
    }
}

/// A request of somebody who may do `P` to something. It is the only argument of a handler, so that the permission of a route is known
/// by type: to the check, to the document and to the tests.
pub struct Req<P> {
    /// What the routes hold.
    pub state: Data<ApiState>,
    /// The request.
    pub http: HttpRequest,
    /// Who asks.
    pub caller: Caller,
    body: Bytes,
    permission: PhantomData<P>,
}

/// A request of anybody: documentation and health alone.
pub struct Open;

/// What a handler's argument says about permission.
pub trait Declares: Sized {
    /// The permission; `None` for anybody.
    const PERMISSION: Option<Permission>;
    /// Makes the argument out of a request.
    fn from_parts(http: HttpRequest, payload: Payload) -> impl Future<Output = Result<Self, Problem>>;
}

impl<P: PermissionType> Declares for Req<P> {
    const PERMISSION: Option<Permission> = Some(P::PERMISSION);

    async fn from_parts(http: HttpRequest, payload: Payload) -> Result<Self, Problem> {
        let state = state(&http)?;
        let caller = authenticate(&state, &http).await?;
        // What people of companies may do depends on the account, which the use case knows; there, what is another's is not found. Where
        // no account is concerned, nothing is left to ask.
        let concerns_accounts = P::PERMISSION.row().iter().any(|(_, reach)| *reach == Reach::Own);
        let asked_later = caller.is_company_person() && (concerns_accounts || !http.match_info().is_empty());
        if !may_ever(&caller, P::PERMISSION) && !asked_later {
            return Err(Problem::new(registry::FORBIDDEN));
        }
        http.extensions_mut().insert(ReadingBody);
        let body = body::read(http.headers(), payload).await?;
        http.extensions_mut().remove::<ReadingBody>();
        Ok(Self { state, http, caller, body, permission: PhantomData })
    }
}

impl Declares for Open {
    const PERMISSION: Option<Permission> = None;

    async fn from_parts(http: HttpRequest, _: Payload) -> Result<Self, Problem> {
        let state = state(&http)?;
        take_quota(&state, &http, &address(&state, &http))?;
        Ok(Open)
    }
}

pub(crate) fn state(http: &HttpRequest) -> Result<Data<ApiState>, Problem> {
    http.app_data::<Data<ApiState>>().cloned().ok_or_else(|| Problem::new(registry::INTERNAL))
}

fn address(state: &ApiState, http: &HttpRequest) -> String {
    http.peer_addr()
        .map(|peer| state.proxies.client(peer.ip(), http.headers()).to_string())
        .unwrap_or_default()
}

fn take_quota(state: &ApiState, http: &HttpRequest, client: &str) -> Result<(), Problem> {
    let header = state.rate.take(client)?;
    http.extensions_mut().insert(RateLimitHeader(header));
    Ok(())
}

async fn authenticate(state: &ApiState, http: &HttpRequest) -> Result<Caller, Problem> {
    let mut given = http.headers().get_all(header::AUTHORIZATION);
    let Some(header) = given.next() else {
        take_quota(state, http, &address(state, http))?;
        return Err(Problem::unauthenticated(
            "Send an access token as Authorization: Bearer.",
            "Bearer realm=\"ctpat\"",
        ));
    };
    if given.next().is_some() {
        take_quota(state, http, &address(state, http))?;
        return Err(Problem::unauthenticated(
            "Authorization may be sent once.",
            "Bearer realm=\"ctpat\", error=\"invalid_request\"",
        ));
    }
    let token = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token else {
        take_quota(state, http, &address(state, http))?;
        return Err(Problem::unauthenticated(
            "Authorization has to be Bearer and an access token.",
            "Bearer realm=\"ctpat\", error=\"invalid_request\"",
        ));
    };
    match state.authenticator.verify(token).await {
        Ok(verified) => {
            let sign_in = &verified.sign_in;
            if let Some(client_id) = &sign_in.client_id {
                http.extensions_mut().insert(ClientId(client_id.clone()));
            }
            let client = format!("{}\n{}", sign_in.client_id.as_deref().unwrap_or_default(), sign_in.subject);
            take_quota(state, http, &client)?;
            Ok(state.portal.caller(sign_in).await?)
        }
        Err(refused) => {
            take_quota(state, http, &address(state, http))?;
            Err(refused.into())
        }
    }
}

impl<P> Req<P> {
    /// The request id and trace of this request.
    pub fn ids(&self) -> RequestIds {
        self.http.extensions().get::<RequestIds>().cloned().unwrap_or_else(|| RequestIds {
            request_id: String::new(),
            correlation_id: String::new(),
            traceparent: None,
        })
    }

    /// A segment of the path as an id; anything else than an id of this type names nothing that exists.
    ///
    /// # Errors
    /// Not found.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.http
            .match_info()
            .get(name)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Problem::new(registry::NOT_FOUND))
    }

    /// A segment of the path.
    pub fn segment(&self, name: &str) -> &str {
        self.http.match_info().get(name).unwrap_or_default()
    }

    /// The parameters of the address.
    pub fn query(&self) -> Query {
        Query::parse(self.http.query_string())
    }

    /// The body, checked against the documented schema of `T`.
    ///
    /// # Errors
    /// Wrong media type, not JSON, or not valid: everything at once.
    pub fn body<T: DeserializeOwned + ToSchema>(&self) -> Result<T, Problem> {
        self.body_with(|_| Vec::new())
    }

    /// The same; where the body is not valid, those rules of the domain that it breaks by itself are told together with the rest. A body that
    /// is valid is held against them by the domain.
    ///
    /// # Errors
    /// As [`Req::body`].
    pub fn body_with<T: DeserializeOwned + ToSchema>(
        &self,
        rules: impl FnOnce(&Given<'_>) -> Vec<FieldError>,
    ) -> Result<T, Problem> {
        let value = body::without_nulls(self.json("application/json")?);
        let errors = self.mistakes::<T>(&value)?;
        if errors.is_empty() {
            return serde_json::from_value(value).map_err(not_deserialized);
        }
        Err(self.all_of(errors, rules(&Given::new(&value, self.today()))))
    }

    /// Mistakes in a body that only its reader has found, together with what else it breaks by itself.
    pub fn also_wrong(
        &self,
        errors: Vec<FieldError>,
        rules: impl FnOnce(&Given<'_>) -> Vec<FieldError>,
    ) -> Problem {
        match self.json("application/json").map(body::without_nulls) {
            Ok(value) => self.all_of(errors, rules(&Given::new(&value, self.today()))),
            Err(problem) => problem,
        }
    }

    fn all_of(&self, mut errors: Vec<FieldError>, more: Vec<FieldError>) -> Problem {
        for error in more {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        Problem::invalid(errors)
    }

    fn today(&self) -> NaiveDate {
        kernel::programme_date(self.state.portal.now())
    }

    /// A merge patch (RFC 7396), checked against the documented schema of `T`: a member that is null is to be removed. Rules as for
    /// [`Req::body_with`].
    ///
    /// # Errors
    /// As [`Req::body`].
    pub fn merge_patch<T: ToSchema>(
        &self,
        rules: impl FnOnce(&Given<'_>) -> Vec<FieldError>,
    ) -> Result<serde_json::Map<String, Value>, Problem> {
        let value = self.json("application/merge-patch+json")?;
        let errors = self.mistakes::<T>(&value)?;
        match value {
            Value::Object(members) if errors.is_empty() => Ok(members),
            value => Err(self.all_of(errors, rules(&Given::new(&value, self.today())))),
        }
    }

    /// Parameters of the address, of which requests with a body take none, and the body: what is wrong with them is said together.
    fn mistakes<T: ToSchema>(&self, value: &Value) -> Result<Vec<FieldError>, Problem> {
        let mut errors = self.query().into_errors();
        errors.extend(self.state.validators.errors(&T::name(), value)?);
        Ok(errors)
    }

    fn json(&self, media_type: &str) -> Result<Value, Problem> {
        let given = self.http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let given = given.and_then(|text| text.parse::<Mime>().ok());
        let refused = |detail: String| {
            Err(Problem::new(registry::UNSUPPORTED_MEDIA_TYPE)
                .detail(detail)
                .header(header::ACCEPT, media_type))
        };
        let Some(given) = given.filter(|given| given.essence_str().eq_ignore_ascii_case(media_type)) else {
            return refused(format!("Content-Type has to be {media_type}."));
        };
        if given.get_param(mime::CHARSET).is_some_and(|charset| charset != mime::UTF_8) {
            return refused(format!("{media_type} is always in UTF-8; leave charset out."));
        }
        let coding = self.http.headers().get(header::CONTENT_ENCODING);
        if coding.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(Problem::new(registry::UNSUPPORTED_MEDIA_TYPE)
                .detail("The body has to come without a Content-Encoding.")
                .header(header::ACCEPT_ENCODING, "identity"));
        }
        body::parse(&self.body)
    }

    /// The call for the application, with the version that `If-Match` names by itself and the idempotency key.
    ///
    /// # Errors
    /// A header that cannot be read.
    pub fn call(&self) -> Result<Call, Problem> {
        let ids = self.ids();
        Ok(Call {
            caller: self.caller.clone(),
            request_id: ids.request_id,
            correlation_id: ids.correlation_id,
            traceparent: ids.traceparent,
            expected_version: self.if_match().and_then(|condition| condition.named_version()),
            idempotency: self.idempotency()?,
            network_address: Some(address(&self.state, &self.http)).filter(|text| !text.is_empty()),
        })
    }

    /// What `If-Match` asks.
    pub fn if_match(&self) -> Option<Condition> {
        Condition::read(self.http.headers(), header::IF_MATCH)
    }

    /// Whether the client already has this version.
    pub fn has_already(&self, etag: &str) -> bool {
        Condition::read(self.http.headers(), header::IF_NONE_MATCH)
            .is_some_and(|condition| condition.matches_weakly(etag))
    }

    fn idempotency(&self) -> Result<Option<Idempotency>, Problem> {
        let mut given = self.http.headers().get_all("idempotency-key");
        let Some(value) = given.next() else { return Ok(None) };
        if given.next().is_some() {
            return Err(Problem::new(registry::MALFORMED_REQUEST).detail(
                "Idempotency-Key may be sent once; which of several would count is not said anywhere.",
            ));
        }
        let key = value.to_str().unwrap_or_default();
        let right = (1..=255).contains(&key.len()) && key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if !right {
            return Err(Problem::new(registry::MALFORMED_REQUEST)
                .detail("Idempotency-Key has to be 1 to 255 visible ASCII characters, for example a UUID."));
        }
        let scope = [
            self.caller.issuer.as_str(),
            self.caller.subject.as_str(),
            self.caller.client_id.as_deref().unwrap_or_default(),
            self.http.method().as_str(),
            self.http.path(),
            key,
        ];
        let mut digest = Sha256::new();
        for part in scope {
            digest.update(part.len().to_be_bytes());
            digest.update(part.as_bytes());
        }
        Ok(Some(Idempotency {
            scope: hex::encode(digest.finalize()),
            fingerprint: hex::encode(Sha256::digest(&self.body)),
        }))
    }
}

fn not_deserialized(error: serde_json::Error) -> Problem {
    // The schema let it through, so this is about something that a schema cannot say.
    Problem::invalid(vec![FieldError::new("", "invalid", error.to_string())])
}
