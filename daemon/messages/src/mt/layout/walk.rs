// SPDX-License-Identifier: MIT

//! Fields on their way through the slots of their message.

use super::tables::layout;
use super::{Kind, Slot, Times};
use crate::mt::field::Field;
use crate::mt::report::{Place, Report};

const RULE: &str = "format specifications";

/// Gives each field the key of its slot. Fields that are unknown, out of order, too many or missing are findings.
pub(in crate::mt) fn place_fields(kind: Kind, fields: &mut [Field], end: &Place, report: &mut Report<'_>) {
    let layout = layout(kind);
    let slots = layout.slots;
    // The slot that the last field took; none before the first.
    let mut taken: Option<usize> = None;
    // What stands in the wrong place is told there, and is not missing.
    let mut filled: Vec<bool> =
        slots.iter().map(|slot| slot.times == Times::Once && fields.iter().any(|field| fits(slot, field))).collect();
    for field in fields.iter_mut() {
        let from = taken.map_or(0, |slot| slot + 1);
        let again = taken.filter(|slot| slots.get(*slot).is_some_and(|slot| slot.times == Times::AnyNumber));
        let forward = again.into_iter().chain(from..slots.len());
        let group = layout.group.filter(|(first, last)| taken.is_some_and(|slot| (*first..=*last).contains(&slot)));
        let back = group.into_iter().flat_map(|(first, last)| first..=last);
        let found = forward.chain(back).find(|slot| slots.get(*slot).is_some_and(|slot| fits(slot, field)));
        if let Some((number, slot)) = found.and_then(|number| Some((number, slots.get(number)?))) {
            missing(slots, &mut filled, from..number, &field.place, report);
            if let Some(filled) = filled.get_mut(number) {
                *filled = true;
            }
            field.key = slot.key;
            taken = Some(number);
            continue;
        }
        let same: Vec<&Slot> =
            slots.iter().filter(|slot| slot.number == field.number() && !slot.options.is_empty()).collect();
        let tag = &field.tag;
        let code = "T13";
        if let Some(slot) = same.iter().find(|slot| slot.options.contains(&field.option())) {
            let repeated = slots.get(taken.unwrap_or(usize::MAX)).is_some_and(|last| last.key == slot.key);
            report.error(code, &field.place, RULE, || {
                if repeated {
                    format!(":{tag}: ({}) must not be repeated", slot.name)
                } else {
                    format!(":{tag}: ({}) is out of order or repeated", slot.name)
                }
            });
        } else if same.is_empty() {
            report.error(code, &field.place, RULE, || format!(":{tag}: is no field of {}", described(kind)));
        } else {
            let tags: Vec<String> = same
                .iter()
                .flat_map(|slot| slot.options.iter().map(|option| format!("{}{option}", slot.number)))
                .collect();
            report.error(code, &field.place, RULE, || {
                format!(":{tag}: is not allowed in {}, only {}", described(kind), tags.join(", "))
            });
            // It stands for what should be there, so that nothing else is called missing.
            let number =
                slots.iter().enumerate().position(|(number, slot)| number >= from && slot.number == field.number());
            if let Some(number) = number {
                missing(slots, &mut filled, from..number, &field.place, report);
                if let Some(filled) = filled.get_mut(number) {
                    *filled = true;
                }
                taken = Some(number);
            }
        }
    }
    missing(slots, &mut filled, 0..slots.len(), end, report);
}

fn fits(slot: &Slot, field: &Field) -> bool {
    slot.number == field.number() && slot.options.contains(&field.option())
}

/// Tells of each mandatory field that is not there, once.
fn missing(
    slots: &[Slot],
    filled: &mut [bool],
    range: std::ops::Range<usize>,
    before: &Place,
    report: &mut Report<'_>,
) {
    for number in range {
        let (Some(slot), Some(filled)) = (slots.get(number), filled.get_mut(number)) else { continue };
        if slot.times == Times::Once && !*filled {
            *filled = true;
            report.error("mt-field-missing", before, RULE, || {
                format!("field {} ({}) is missing before here", slot.key.trim_start_matches("B."), slot.name)
            });
        }
    }
}

fn described(kind: Kind) -> String {
    kind.flag().map_or_else(|| kind.name().to_string(), |flag| format!("{} {flag}", kind.name()))
}
