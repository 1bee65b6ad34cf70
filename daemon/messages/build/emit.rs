// SPDX-License-Identifier: MIT

//! Rust source of the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::notation::{Definition, Particle, Simple, Type};
use crate::pattern;
use crate::scope::Schema;

/// All tables as the content of a module. `codes` are the external code sets by the name of their type.
pub(crate) fn source(shared: &[Type], schemas: &[Schema], codes: &BTreeMap<String, Vec<String>>) -> String {
    let names: BTreeSet<&str> = shared.iter().map(|shared| shared.name.as_str()).collect();
    let mut out = String::new();
    for found in shared {
        emit(&mut out, found, codes, &|name| identifier("", name));
    }
    for schema in schemas {
        let scope = &schema.message.identifier;
        let resolve = |name: &str| identifier(if names.contains(name) { "" } else { scope }, name);
        for found in &schema.types {
            emit(&mut out, found, codes, &resolve);
        }
    }
    let _ = writeln!(
        out,
        "/// Every message that there is a table for, by identifier.\npub static SCHEMAS: &[Schema] = &["
    );
    for schema in schemas {
        let message = &schema.message;
        let root_type = identifier(&message.identifier, &message.root_type);
        let _ = writeln!(
            out,
            "    Schema {{ message: {:?}, namespace: {:?}, root: Particle {{ name: {:?}, tag: tag({:?}), \
             term: Term::Type(&{root_type}), min: 1, max: 1 }} }},",
            message.identifier,
            format!("urn:iso:std:iso:20022:tech:xsd:{}", message.identifier),
            message.root,
            message.root
        );
    }
    out.push_str("];\n");
    out
}

/// The name of the static of a type; shared types have an empty scope.
fn identifier(scope: &str, name: &str) -> String {
    format!("T_{}_{}", scope.replace('.', "_"), name).to_uppercase().replace("__", "_")
}

fn emit(out: &mut String, found: &Type, codes: &BTreeMap<String, Vec<String>>, resolve: &dyn Fn(&str) -> String) {
    let (content, attribute) = match &found.definition {
        Definition::Sequence(particles) => (format!("Content::Sequence(&[{}])", list(particles, resolve)), None),
        Definition::Choice(particles) => (format!("Content::Choice(&[{}])", list(particles, resolve)), None),
        Definition::Simple(simple) => (format!("Content::Text({})", simple_type(simple)), None),
        Definition::Attributed { base, attribute, attribute_type } => (
            format!("Content::TextOf(&{})", resolve(base)),
            Some(format!("Attribute {{ name: {attribute:?}, ty: &{} }}", resolve(attribute_type))),
        ),
    };
    let attribute = attribute.map_or("None".into(), |attribute| format!("Some({attribute})"));
    let _ = writeln!(
        out,
        "static {}: Type = Type {{ name: {:?}, content: {content}, attribute: {attribute}, role: {} }};",
        resolve(&found.name),
        found.name,
        role(found, codes)
    );
}

fn list(particles: &[Particle], resolve: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for Particle { name, term, min, max } in particles {
        let (name, term) = match (name.as_str(), term.as_str()) {
            ("any", "##any") => ("", "Term::Any(None)".to_string()),
            ("any", namespace) => ("", format!("Term::Any(Some({namespace:?}))")),
            (name, term) => (name, format!("Term::Type(&{})", resolve(term))),
        };
        let _ =
            write!(out, "Particle {{ name: {name:?}, tag: tag({name:?}), term: {term}, min: {min}, max: {max} }}, ");
    }
    out
}

fn simple_type(simple: &Simple) -> String {
    let facet = |key: &str| simple.facets.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let number = |key: &str| facet(key).map(|value| value.parse::<u32>().expect("a number"));
    let known: &[&str] = match simple.base.as_str() {
        "string" => &["minLength", "maxLength", "length", "pattern", "codes"],
        "base64Binary" => &["minLength", "maxLength", "length"],
        "decimal" => &["totalDigits", "fractionDigits", "minInclusive", "maxInclusive"],
        _ => &[],
    };
    for (name, _) in &simple.facets {
        assert!(known.contains(&name.as_str()), "facet {name} of {}", simple.base);
    }
    let bounds = || {
        let exact = number("length");
        let min = exact.or(number("minLength")).unwrap_or(0);
        let max = exact.or(number("maxLength")).unwrap_or(u32::MAX);
        format!("min: {min}, max: {max}")
    };
    match simple.base.as_str() {
        "string" => {
            let codes: Vec<&str> = facet("codes").map_or_else(Vec::new, |codes| codes.split('|').collect());
            let pattern = facet("pattern").map_or("None".to_string(), |text| {
                let mut items = String::new();
                for item in pattern::parse(text) {
                    let pattern::Item { class, min, max, optional } = item;
                    let _ = write!(
                        items,
                        "PatternItem {{ class: {class:#x}, min: {min}, max: {max}, optional: {optional} }}, "
                    );
                }
                format!("Some(Pattern {{ text: {text:?}, items: &[{items}] }})")
            });
            format!("Simple::Text(TextFacets {{ {}, pattern: {pattern}, codes: &{codes:?} }})", bounds())
        }
        "base64Binary" => format!("Simple::Base64(Length {{ {} }})", bounds()),
        "decimal" => {
            let limit = |key: &str| facet(key).map(|value| value.parse::<i64>().expect("a whole number"));
            format!(
                "Simple::Decimal(DecimalFacets {{ total: {:?}, fraction: {:?}, min: {:?}, max: {:?} }})",
                number("totalDigits"),
                number("fractionDigits"),
                limit("minInclusive"),
                limit("maxInclusive")
            )
        }
        "boolean" => "Simple::Boolean".into(),
        "date" => "Simple::Date".into(),
        "dateTime" => "Simple::DateTime".into(),
        "time" => "Simple::Time".into(),
        "gYearMonth" => "Simple::YearMonth".into(),
        base => panic!("base type {base}"),
    }
}

/// What values of a type mean beyond their form.
fn role(found: &Type, codes: &BTreeMap<String, Vec<String>>) -> String {
    if matches!(found.definition, Definition::Attributed { .. }) {
        return "Role::Amount".into();
    }
    match found.name.as_str() {
        "IBAN2007Identifier" => "Role::Iban".into(),
        "BICFIDec2014Identifier" | "AnyBICDec2014Identifier" => "Role::Bic".into(),
        "LEIIdentifier" => "Role::Lei".into(),
        "CountryCode" => "Role::Country".into(),
        "ActiveCurrencyCode" | "ActiveOrHistoricCurrencyCode" => "Role::Currency".into(),
        name => match codes.get(name) {
            Some(codes) => format!("Role::External(&{codes:?})"),
            None => "Role::Plain".into(),
        },
    }
}
