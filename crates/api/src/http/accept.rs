//! What the client takes as an answer (RFC 9110, section 12.5.1).

use crate::problem::{Problem, registry};
use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header as _, Quality};
use actix_web::mime::{self, Mime};

/// How much a client wants a media type: its weight, and how exactly the type is named. `None` where it takes none of it.
pub type Wanted = Option<(Quality, u8)>;

/// How much the client wants a media type. Without `Accept`, and with one that cannot be read, it takes everything.
pub fn wants(http: &HttpRequest, media_type: &str) -> Wanted {
    let anything = Some((Quality::MAX, 0));
    let (Ok(accept), Ok(offered)) = (Accept::parse(http), media_type.parse::<Mime>()) else {
        return anything;
    };
    if accept.is_empty() {
        return anything;
    }
    let exactness = |range: &Mime| match (range.type_(), range.subtype()) {
        (mime::STAR, _) => Some(0),
        (kind, mime::STAR) if kind == offered.type_() => Some(1),
        (kind, sort) if kind == offered.type_() && sort == offered.subtype() => Some(2),
        _ => None,
    };
    let named = accept.iter().filter_map(|range| Some((exactness(&range.item)?, range.quality)));
    let (exactness, quality) = named.max_by_key(|(exactness, _)| *exactness)?;
    (quality > Quality::ZERO).then_some((quality, exactness))
}

/// Refuses a request whose client takes none of the media types that there are.
///
/// # Errors
/// It takes none.
pub(crate) fn check(http: &HttpRequest, media_types: &[&str]) -> Result<(), Problem> {
    if media_types.is_empty() || media_types.iter().any(|media_type| wants(http, media_type).is_some()) {
        return Ok(());
    }
    Err(Problem::new(registry::NOT_ACCEPTABLE)
        .detail(format!("The answer comes as {}, which Accept leaves out.", media_types.join(" or "))))
}
