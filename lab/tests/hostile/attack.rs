//! What is done to an endpoint: each attack is one request that no honest client sends.

use clap::ValueEnum;

use super::PLANTED;
use super::wire::request;

/// An attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Attack {
    DuplicateParameters,
    ListedParameters,
    NestedParameters,
    NoUtf8InQuery,
    NulInQuery,
    BrokenEncoding,
    NoUtf8InPath,
    NulInPath,
    InjectionInQuery,
    LongQuery,
    LongField,
    NoUtf8InFields,
    ForeignHost,
    TwoHosts,
    DuplicateInForm,
    NoUtf8InForm,
    InjectionInForm,
    LongForm,
    NoUtf8InJson,
    NulInJson,
    ListsInJson,
    DuplicateInJson,
    DeepJson,
    LongJson,
    CutOffJson,
    CutOffMultipart,
    NoBody,
}

const MEGABYTE: usize = 1 << 20;
const FORM: &[u8] = b"application/x-www-form-urlencoded";
const JSON: &[u8] = b"application/json";

impl Attack {
    /// Whether a server that reads parameters as text must refuse it whatever the endpoint.
    pub fn is_no_text(self) -> bool {
        use Attack::*;
        matches!(self, NoUtf8InQuery | NulInQuery | BrokenEncoding | NoUtf8InPath | NulInPath)
    }

    /// The request, for an endpoint that reads the parameters `names`.
    pub fn request(self, method: &str, path: &str, names: &[&str], more: &[(&str, &[u8])]) -> Vec<u8> {
        use Attack::*;
        let every = |pattern: &str| {
            let one = |name: &&str| pattern.replace('N', name);
            names.iter().map(one).collect::<Vec<_>>().join("&")
        };
        let json = |value: &str| {
            let one = |name: &&str| format!("\"{name}\":{value}");
            format!("{{{}}}", names.iter().map(one).collect::<Vec<_>>().join(",")).into_bytes()
        };
        let injection = format!("%0d%0a{PLANTED}:1%0d%0aSet-Cookie:%20{PLANTED}=1");
        let bad_field = b"\xff\xfe\x80".as_slice();
        let long = vec![b'x'; MEGABYTE];
        let mut fields: Vec<(&str, &[u8])> = vec![("Host", b"hostile.example.com")];
        let (mut path, mut query, mut body) = (path.to_owned(), String::new(), Vec::new());
        match self {
            DuplicateParameters => query = every("N=1&N=2"),
            ListedParameters => query = every("N[]=a&N[]=b"),
            NestedParameters => query = every("N[a][b]=c"),
            NoUtf8InQuery => query = every("N=%FF%FE"),
            NulInQuery => query = every("N=a%00b"),
            BrokenEncoding => query = every("N=%zz%"),
            NoUtf8InPath => path.push_str("%FF%FE"),
            NulInPath => path.push_str("%00"),
            InjectionInQuery => query = every(&format!("N=/{injection}")),
            LongQuery => query = format!("{}={}", names[0], "x".repeat(MEGABYTE)),
            LongField => fields.push(("X-Long", &long)),
            NoUtf8InFields => {
                let names =
                    ["Cookie", "Referer", "User-Agent", "X-Forwarded-Proto", "X-Forwarded-Host", "X-CSRF-Token"];
                fields.extend(names.map(|name| (name, bad_field)));
            }
            ForeignHost => fields[0] = ("Host", b"x-hostile:99999/../\"<script>"),
            TwoHosts => fields.push(("Host", b"other.example.com")),
            DuplicateInForm => body = every("N=1&N=2&N[]=3&N[a]=4").into_bytes(),
            NoUtf8InForm => body = [every("N=%FF").as_bytes(), b"&raw=\xff\xfe"].concat(),
            InjectionInForm => body = every(&format!("N=/{injection}")).into_bytes(),
            LongForm => body = [names[0].as_bytes(), b"=", &long].concat(),
            NoUtf8InJson => body = [b"{\"".as_slice(), names[0].as_bytes(), b"\":\"\xff\xfe\"}"].concat(),
            NulInJson => body = json("\"a\\u0000b\""),
            ListsInJson => body = json("[1,{\"a\":[null]},\"b\"]"),
            DuplicateInJson => body = json("\"1\",\"a\":2,\"a\":[3]"),
            DeepJson => body = "[".repeat(100_000).into_bytes(),
            LongJson => body = [b"{\"".as_slice(), names[0].as_bytes(), b"\":\"", &long, b"\"}"].concat(),
            CutOffJson => body = b"{\"a\":\"".to_vec(),
            CutOffMultipart => body = b"--b\r\nContent-Disposition: form-data; name=\"a".to_vec(),
            NoBody => {}
        }
        match self {
            DuplicateInForm | NoUtf8InForm | InjectionInForm | LongForm => fields.push(("Content-Type", FORM)),
            NoUtf8InJson | NulInJson | ListsInJson | DuplicateInJson | DeepJson | LongJson | CutOffJson => {
                fields.push(("Content-Type", JSON));
            }
            CutOffMultipart => fields.push(("Content-Type", b"multipart/form-data; boundary=b")),
            _ => {}
        }
        fields.extend_from_slice(more);
        let target = if query.is_empty() { path } else { format!("{path}?{query}") };
        request(method, &target, &fields, &body)
    }
}
