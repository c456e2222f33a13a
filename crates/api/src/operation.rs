//! Operations, registered once for router and document.

use crate::http::request::{Declares, ReadingBody, state};
use crate::http::server::check_limits;
use crate::http::{accept, advice, middleware};
use crate::problem::{Problem, registry};
use actix_web::http::Method;
use actix_web::web::Payload;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _};
use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use portal::access::Permission;
use serde_json::Value;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// Serves one request.
pub type Handler = Arc<dyn Fn(HttpRequest, Payload) -> LocalBoxFuture<'static, HttpResponse> + Send + Sync>;

/// A component schema with its name.
pub type NamedSchema = (String, RefOr<Schema>);

/// What an answer of 2xx holds.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media types with the name of the schema of each; `None` for text.
    pub content: Vec<(&'static str, Option<String>)>,
    /// An example.
    pub example: Option<Value>,
}

/// A parameter of the address.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: String,
    /// Its schema.
    pub schema: Value,
    /// Whether it has to stand.
    pub required: bool,
}

/// Whether a request has to name the version that it is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// It cannot.
    None,
    /// It may: a command of intent.
    Optional,
    /// It has to: data are replaced.
    Required,
}

/// One operation.
#[derive(Clone)]
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: String,
    /// `<noun>_<verb>`. Changing it breaks generated clients.
    pub id: &'static str,
    /// Its tag.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What it does, in sentences.
    pub description: String,
    /// The permission; `None` for anybody.
    pub permission: Option<Permission>,
    /// The body's media type, schema name and example.
    pub body: Option<(&'static str, String, Value)>,
    /// Parameters of the address.
    pub parameters: Vec<Parameter>,
    /// What it answers.
    pub answers: Vec<Answer>,
    /// Whether `If-Match` is taken.
    pub matching: Matching,
    /// Whether the answer has an `ETag`.
    pub tagged: bool,
    /// Statuses of problems besides those that every operation can have.
    pub problems: Vec<u16>,
    /// Where the answer leads: a parameter of other operations, and where its value is in the answer.
    pub leads_to: Vec<(&'static str, &'static str)>,
    /// Give the schemas that it uses. They are large, so they are made for the document and not kept.
    schemas: Vec<fn(&mut Vec<NamedSchema>)>,
    /// Serves it.
    pub handler: Handler,
}

impl Operation {
    /// An operation; the permission is that of the handler's argument.
    pub fn new<A, F, Fut>(method: Method, path: &str, id: &'static str, handler: F) -> Self
    where
        A: Declares + 'static,
        F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
    {
        Self {
            method,
            path: path.to_owned(),
            id,
            tag: "",
            summary: "",
            description: String::new(),
            permission: A::PERMISSION,
            body: None,
            parameters: Vec::new(),
            answers: Vec::new(),
            matching: Matching::None,
            tagged: false,
            problems: Vec::new(),
            leads_to: Vec::new(),
            schemas: Vec::new(),
            handler: Arc::new(move |http, payload| serve(http, payload, handler.clone()).boxed_local()),
        }
    }

    /// A reading operation.
    pub fn get<A, F, Fut>(path: &str, id: &'static str, handler: F) -> Self
    where
        A: Declares + 'static,
        F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
    {
        Self::new(Method::GET, path, id, handler)
    }

    /// A command or a creation.
    pub fn post<A, F, Fut>(path: &str, id: &'static str, handler: F) -> Self
    where
        A: Declares + 'static,
        F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
    {
        Self::new(Method::POST, path, id, handler)
    }

    /// Tag, summary and description.
    #[must_use]
    pub fn about(mut self, tag: &'static str, summary: &'static str, description: impl Into<String>) -> Self {
        self.tag = tag;
        self.summary = summary;
        self.description = description.into();
        self
    }

    fn uses<T: ToSchema>(&mut self) -> String {
        self.schemas.push(|schemas| {
            schemas.push((T::name().into_owned(), T::schema()));
            T::schemas(schemas);
        });
        T::name().into_owned()
    }

    /// The schemas that it uses, with those that they use; one may come several times.
    pub fn schemas(&self) -> Vec<NamedSchema> {
        let mut schemas = Vec::new();
        for give in &self.schemas {
            give(&mut schemas);
        }
        schemas
    }

    /// The body of the request.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self, example: Value) -> Self {
        let name = self.uses::<T>();
        self.body = Some(("application/json", name, example));
        self
    }

    /// A merge patch as the body of the request.
    #[must_use]
    pub fn takes_merge_patch<T: ToSchema>(mut self, example: Value) -> Self {
        let name = self.uses::<T>();
        self.body = Some(("application/merge-patch+json", name, example));
        self
    }

    /// What it answers.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, status: u16, example: Value) -> Self {
        let name = self.uses::<T>();
        self.answers.push(Answer {
            status,
            content: vec![("application/json", Some(name))],
            example: Some(example),
        });
        self
    }

    /// Another media type of the last answer, with the same schema or as text.
    #[must_use]
    pub fn also_as(mut self, media_type: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.content.push((media_type, None));
        }
        self
    }

    /// An answer of text.
    #[must_use]
    pub fn answers_text(mut self, media_type: &'static str) -> Self {
        self.answers.push(Answer { status: 200, content: vec![(media_type, None)], example: None });
        self
    }

    /// The answer is a single resource with an `ETag`.
    #[must_use]
    pub fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }

    /// `If-Match` is taken.
    #[must_use]
    pub fn matching(mut self, matching: Matching) -> Self {
        self.matching = matching;
        self
    }

    /// A parameter of the address.
    #[must_use]
    pub fn parameter(mut self, name: &'static str, description: &str, schema: Value) -> Self {
        self.parameters.push(Parameter {
            name,
            description: description.to_owned(),
            schema,
            required: false,
        });
        self
    }

    /// A parameter of the address that has to stand.
    #[must_use]
    pub fn required_parameter(mut self, name: &'static str, description: &str, schema: Value) -> Self {
        self.parameters.push(Parameter { name, description: description.to_owned(), schema, required: true });
        self
    }

    /// `limit` and `cursor` of a list.
    #[must_use]
    pub fn paged(self) -> Self {
        self.parameter(
            "limit",
            "How many items a page has at the most.",
            serde_json::json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}),
        )
        .parameter(
            "cursor",
            "Where the page before ended: its next_cursor, with the same filters.",
            serde_json::json!({"type": "string", "maxLength": 1000, "pattern": "^[A-Za-z0-9_-]+$"}),
        )
    }

    /// `as_of`, `known_at` and `at_version` of a single resource.
    #[must_use]
    pub fn looks_back(self) -> Self {
        let instant = serde_json::json!({"type": "string", "format": "date-time", "maxLength": 40});
        self.parameter("as_of", "What was so at this instant, as it is known today: a date that was mended counts as it was mended.", instant.clone())
            .parameter("known_at", "What was known at this instant: what had been recorded by then, right or wrong.", instant)
            .parameter(
                "at_version",
                "As it was at this version.",
                serde_json::json!({"type": "integer", "format": "int64", "minimum": 1, "maximum": 9_007_199_254_740_991_i64}),
            )
    }

    /// Links to follow from the answer: to every operation whose address has this parameter alone, with the value that is there.
    #[must_use]
    pub fn leads_to(mut self, parameter: &'static str, value: &'static str) -> Self {
        self.leads_to.push((parameter, value));
        self
    }

    /// Further problems, by their statuses.
    #[must_use]
    pub fn problems(mut self, statuses: &[u16]) -> Self {
        self.problems.extend_from_slice(statuses);
        self
    }
}

/// The media types in which an operation of the API answers.
#[derive(Clone)]
pub(crate) struct Produces(Arc<[&'static str]>);

impl Operation {
    /// The media types of its answers. Health, metrics and the pages for people answer in the one form that they have.
    pub(crate) fn produces(&self) -> Produces {
        let answers = self.answers.iter().filter(|_| self.path.starts_with("/v1/"));
        Produces(answers.flat_map(|answer| &answer.content).map(|(media_type, _)| *media_type).collect())
    }
}

/// Serves one request: within limits, within its time, and without letting a panic out.
async fn serve<A, F, Fut>(http: HttpRequest, payload: Payload, handler: F) -> HttpResponse
where
    A: Declares,
    F: Fn(A) -> Fut,
    Fut: Future<Output = Result<HttpResponse, Problem>>,
{
    let work = async {
        check_limits(&http)?;
        let argument = A::from_parts(http.clone(), payload).await?;
        let produces = http.extensions().get::<Produces>().cloned();
        if let Some(Produces(media_types)) = produces {
            accept::check(&http, &media_types)?;
        }
        handler(argument).await
    };
    let patience = match state(&http) {
        Ok(state) => state.patience,
        Err(problem) => return problem.error_response(),
    };
    let result = match tokio::time::timeout(patience, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => {
            tracing::error!(path = http.match_pattern(), "a handler panicked");
            Err(Problem::new(registry::INTERNAL))
        }
        Err(_) if http.extensions().contains::<ReadingBody>() => Err(Problem::new(registry::REQUEST_TIMEOUT)),
        Err(_) => Err(Problem::unavailable("The request took longer than allowed.")),
    };
    result.unwrap_or_else(|problem| {
        middleware::name(advice::add(problem, &http, A::PERMISSION), &http).error_response()
    })
}
