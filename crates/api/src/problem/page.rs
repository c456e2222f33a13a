//! The pages about problem types, for people who follow a `type`.

use super::registry::{ALL, ProblemType};

/// The page of one problem type.
pub fn page(slug: &str) -> Option<String> {
    let problem = ALL.iter().find(|problem| problem.slug == slug)?;
    Some(html(
        problem.title,
        &format!(
            "<h1>{}</h1><p>Status {} · <code>/problems/{}</code></p><p>{}</p><h2>What to do</h2><p>{}</p>\
             <p><a href=\"/problems\">All problem types</a></p>",
            problem.title, problem.status, problem.slug, problem.meaning, problem.remedy
        ),
    ))
}

/// The list of all problem types.
pub fn index() -> String {
    let row = |problem: &ProblemType| {
        format!(
            "<tr><td>{}</td><td><a href=\"/problems/{}\">{}</a></td><td>{}</td></tr>",
            problem.status, problem.slug, problem.slug, problem.meaning
        )
    };
    let rows: String = ALL.iter().map(row).collect();
    html(
        "Problem types",
        &format!(
            "<h1>Problem types</h1><p>Every error of the API is one of these, as <code>application/problem+json</code> (RFC 9457).</p>\
             <table><tr><th>Status</th><th>Type</th><th>Meaning</th></tr>{rows}</table>"
        ),
    )
}

fn html(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>body{{font:16px/1.5 \
         sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}td,th{{text-align:left;padding:.3rem .8rem .3rem 0;\
         vertical-align:top}}</style></head><body>{body}</body></html>"
    )
}
