use super::Parameters;
use crate::gitlab::malformed::Malformed;
use crate::http::{Headers, Request};

fn query(query: &str) -> Result<Parameters, Malformed> {
    Parameters::of_request(&Request { method: "GET".into(), query: query.into(), ..Request::default() })
}

fn post(content_type: &str, body: &str, query: &str) -> Result<Parameters, Malformed> {
    Parameters::of_request(&Request {
        method: "POST".into(),
        query: query.into(),
        headers: Headers(vec![("Content-Type".into(), content_type.into())]),
        body: body.as_bytes().to_vec(),
        ..Request::default()
    })
}

#[test]
fn the_last_of_equal_names_wins() {
    assert_eq!(query("a=1&a=2;b=3").ok().and_then(|p| p.text("a").map(str::to_owned)).as_deref(), Some("2"));
}

#[test]
fn plus_is_a_space_and_percent_is_decoded() {
    assert_eq!(query("a=b+c%2Bd").ok().and_then(|p| p.text("a").map(str::to_owned)).as_deref(), Some("b c+d"));
}

#[test]
fn lists_and_maps_are_no_text_but_not_blank_either() {
    for shape in ["a[]=1", "a[b]=1", "a[][c]=1", "a[b][]=1"] {
        let parameters = query(shape).unwrap_or_default();
        assert!(parameters.text("a").is_none() && parameters.opaque("a").is_some() && parameters.has("a"), "{shape}");
    }
}

#[test]
fn members_and_lists_of_members_are_found() {
    let parameters = query("user[login]=a&app[scopes][]=x&app[scopes][]=y").unwrap_or_default();
    assert_eq!(parameters.member("user", "login"), Some("a"));
    assert_eq!(parameters.member_list("app", "scopes"), ["x", "y"]);
}

#[test]
fn malformed_names_and_values_are_refused() {
    let deep = format!("a{}=1", "[b]".repeat(200));
    for bad in ["a=%zz", "a=%f", "a=%", "a=%FF", "%00=1", "a=b%00", "a=1&a[]=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2", &deep]
    {
        assert_eq!(query(bad).err(), Some(Malformed::Text), "{bad}");
    }
}

#[test]
fn a_parameter_of_the_query_hides_that_of_the_body() {
    let parameters = post("application/x-www-form-urlencoded", "a=body&b=body", "a=query").unwrap_or_default();
    assert_eq!((parameters.text("a"), parameters.text("b")), (Some("query"), Some("body")));
}

#[test]
fn json_is_read_and_broken_json_refused() {
    let parameters = post("application/json; charset=utf-8", r#"{"a":"1","n":5,"z":null}"#, "").unwrap_or_default();
    assert_eq!((parameters.text("a"), parameters.text("n"), parameters.opaque("z")), (Some("1"), Some("5"), None));
    assert_eq!(post("application/json", "{\"a\": ", "").err(), Some(Malformed::Json));
    let deep = "[".repeat(100_000);
    assert_eq!(post("application/json", &deep, "").err(), Some(Malformed::Json));
}

#[test]
fn other_types_of_body_hold_no_parameters() {
    assert!(post("text/plain", "a=1", "").is_ok_and(|parameters| !parameters.has("a")));
}
