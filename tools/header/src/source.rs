// SPDX-License-Identifier: MIT

//! What the source of qenex-abi declares: its wire structs and constants, with their documentation.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// All of qenex-abi that C programs see.
pub struct Source {
    /// The modules in such an order that a struct comes before those that contain it.
    pub modules: Vec<Module>,
    /// The error numbers that result codes use, with their names.
    errnos: Vec<(i32, String)>,
}

/// One file.
pub struct Module {
    /// Its name, such as `transfer`.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// What it declares, in order.
    pub items: Vec<Item>,
}

/// One declaration.
pub enum Item {
    /// A `repr(C)` struct.
    Struct {
        /// Rust name.
        name: String,
        /// Documentation.
        doc: String,
        /// All fields, in order.
        fields: Vec<Field>,
    },
    /// An integer constant.
    Number {
        /// Name, the same in C.
        name: String,
        /// Documentation.
        doc: String,
        /// Its Rust type.
        scalar: Scalar,
        /// Its value as written.
        value: Box<syn::Expr>,
    },
    /// A string constant.
    Text {
        /// Name, the same in C.
        name: String,
        /// Documentation.
        doc: String,
        /// Its value.
        value: String,
    },
    /// An ioctl number.
    Ioctl {
        /// Name, the same in C.
        name: String,
        /// Documentation.
        doc: String,
    },
}

/// One field of a struct.
pub struct Field {
    /// Name, the same in C.
    pub name: String,
    /// Documentation.
    pub doc: String,
    /// Type of the field, or of its elements.
    pub kind: Kind,
    /// Number of elements, of an array.
    pub len: Option<usize>,
}

/// Type of a field.
pub enum Kind {
    /// An integer.
    Scalar(Scalar),
    /// Another wire struct, by its Rust name.
    Struct(String),
}

/// A fixed-width integer type.
#[derive(Clone, Copy)]
pub struct Scalar {
    /// Width.
    pub bits: u32,
    /// Whether it takes negative numbers.
    pub signed: bool,
}

impl Scalar {
    fn from_name(name: &str) -> Option<Scalar> {
        let signed = name.starts_with('i');
        let bits = match name.strip_prefix(['u', 'i'])? {
            "8" => 8,
            "16" => 16,
            "32" => 32,
            "64" => 64,
            _ => return None,
        };
        Some(Scalar { bits, signed })
    }
}

/// Where the source of qenex-abi is.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../qenex-abi/src")
}

impl Source {
    /// Reads `lib.rs` in `directory` and every module it names.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or parsed, or declares something public for which there is no C.
    pub fn read(directory: &Path) -> Result<Source> {
        let root = parse(&directory.join("lib.rs"))?;
        let mut modules = vec![Module::new("lib", &root)?];
        for item in &root.items {
            let syn::Item::Mod(module) = item else { continue };
            // Features are for Rust programs only.
            if module.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
                continue;
            }
            let name = module.ident.to_string();
            modules.push(Module::new(&name, &parse(&directory.join(format!("{name}.rs")))?)?);
        }
        let errnos = read_errnos(&parse(&directory.join("result.rs"))?)?;
        Ok(Source { modules: in_order_of_use(modules), errnos })
    }

    /// The name of an error number that result codes use, such as `EINVAL`.
    pub fn errno_name(&self, number: i32) -> Option<&str> {
        self.errnos.iter().find(|(known, _)| *known == number).map(|(_, name)| name.as_str())
    }

    /// All structs, by Rust name.
    pub fn struct_names(&self) -> impl Iterator<Item = &str> {
        self.modules.iter().flat_map(Module::structs).map(|(name, _)| name)
    }
}

fn parse(path: &Path) -> Result<syn::File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    syn::parse_file(&text).with_context(|| format!("cannot parse {}", path.display()))
}

/// The constants such as `const EPERM: i32 = 1;`.
fn read_errnos(file: &syn::File) -> Result<Vec<(i32, String)>> {
    let mut errnos = Vec::new();
    for item in &file.items {
        let syn::Item::Const(item) = item else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) = &*item.expr else { continue };
        let name = item.ident.to_string();
        if name.starts_with('E') {
            errnos.push((number.base10_parse()?, name));
        }
    }
    Ok(errnos)
}

fn in_order_of_use(mut waiting: Vec<Module>) -> Vec<Module> {
    let mut ordered: Vec<Module> = Vec::new();
    while !waiting.is_empty() {
        let ready = (0..waiting.len()).find(|at| {
            let missing = |name: &str| {
                waiting.iter().enumerate().any(|(other, module)| other != *at && module.structs().any(|s| s.0 == name))
            };
            !waiting[*at].uses().any(missing)
                // The calls come after everything that they take.
                && (!waiting[*at].has_ioctls() || waiting.len() == 1)
        });
        // Structs cannot contain each other, modules could; C then says which one it misses.
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

impl Module {
    fn new(name: &str, file: &syn::File) -> Result<Module> {
        let mut items = Vec::new();
        for item in &file.items {
            let item = match item {
                syn::Item::Struct(item) if is_repr_c(&item.attrs) => Some(read_struct(item)?),
                syn::Item::Const(item) if matches!(item.vis, syn::Visibility::Public(_)) => read_constant(item)?,
                _ => None,
            };
            items.extend(item);
        }
        Ok(Module { name: name.to_string(), doc: read_doc(&file.attrs), items })
    }

    fn structs(&self) -> impl Iterator<Item = (&str, &[Field])> {
        self.items.iter().filter_map(|item| match item {
            Item::Struct { name, fields, .. } => Some((name.as_str(), fields.as_slice())),
            _ => None,
        })
    }

    fn has_ioctls(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Ioctl { .. }))
    }

    /// The structs that its structs contain.
    fn uses(&self) -> impl Iterator<Item = &str> {
        self.structs().flat_map(|(_, fields)| fields).filter_map(|field| match &field.kind {
            Kind::Struct(name) => Some(name.as_str()),
            Kind::Scalar(_) => None,
        })
    }
}

fn is_repr_c(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("repr") && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "C")
    })
}

fn read_doc(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let syn::Meta::NameValue(meta) = &attribute.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value else { return None };
        let text = text.value();
        Some(text.strip_prefix(' ').unwrap_or(&text).to_string())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn read_struct(item: &syn::ItemStruct) -> Result<Item> {
    let name = item.ident.to_string();
    let mut fields = Vec::new();
    for field in &item.fields {
        let Some(ident) = &field.ident else { bail!("{name}: a wire struct must name its fields") };
        let (element, len) = match &field.ty {
            syn::Type::Array(array) => (&*array.elem, Some(read_length(&array.len)?)),
            other => (other, None),
        };
        let syn::Type::Path(path) = element else { bail!("{name}.{ident}: not a type of the wire") };
        let Some(last) = path.path.segments.last() else { bail!("{name}.{ident}: no type") };
        let type_name = last.ident.to_string();
        let kind = Scalar::from_name(&type_name).map_or(Kind::Struct(type_name), Kind::Scalar);
        fields.push(Field { name: ident.to_string(), doc: read_doc(&field.attrs), kind, len });
    }
    ensure!(!fields.is_empty(), "{name}: a wire struct must have named fields");
    Ok(Item::Struct { name, doc: read_doc(&item.attrs), fields })
}

fn read_length(length: &syn::Expr) -> Result<usize> {
    match length {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => Ok(number.base10_parse()?),
        _ => bail!("the length of an array must be a plain number"),
    }
}

fn read_constant(item: &syn::ItemConst) -> Result<Option<Item>> {
    let (name, doc) = (item.ident.to_string(), read_doc(&item.attrs));
    match &*item.ty {
        syn::Type::Path(path) => {
            let scalar = path.path.get_ident().and_then(|ident| Scalar::from_name(&ident.to_string()));
            let Some(scalar) = scalar else { bail!("{name}: no C type for this constant") };
            // Only the ioctl numbers are computed by a function.
            if matches!(&*item.expr, syn::Expr::Call(_)) {
                return Ok(Some(Item::Ioctl { name, doc }));
            }
            Ok(Some(Item::Number { name, doc, scalar, value: item.expr.clone() }))
        }
        syn::Type::Reference(reference) => match (&*reference.elem, &*item.expr) {
            // Tables are for Rust programs only.
            (syn::Type::Slice(_), _) => Ok(None),
            (_, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => {
                Ok(Some(Item::Text { name, doc, value: text.value() }))
            }
            _ => bail!("{name}: no C type for this constant"),
        },
        _ => bail!("{name}: no C type for this constant"),
    }
}
