//! A page without what only a browser can do.

use std::mem;

use scraper::node::Element;
use scraper::{CaseSensitivity, ElementRef, Html, Node, Selector};

use crate::contents::{Contents, Page};
use crate::xml;

type Place<'a> = ego_tree::NodeRef<'a, Node>;

/// Where a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Into a file of its own, with its pictures beside it.
    Pages,
    /// Into one file with all others, below the heading of its part.
    OneFile,
}

/// A page, dressed.
#[derive(Debug)]
pub(crate) struct Dressed {
    /// What stands in its body: XML.
    pub(crate) body: String,
    /// Its pictures: names of files and what stands in them.
    pub(crate) pictures: Vec<(String, String)>,
}

/// Dresses the page with this HTML.
///
/// # Errors
///
/// One line.
pub(crate) fn dress(
    contents: &Contents,
    page: &Page,
    html: &str,
    form: Form,
) -> Result<Dressed, String> {
    let document = Html::parse_document(html);
    let main = document.select(&selector("main")).next();
    let main = main.ok_or_else(|| {
        format!("the page {} has no text; `cargo run` builds it again", page.path)
    })?;
    let mut dresser = Dresser {
        contents,
        page,
        form,
        out: String::new(),
        pictures: Vec::new(),
        answers: String::new(),
        questions: 0,
    };
    main.children().for_each(|child| dresser.node(child));
    let answers = mem::take(&mut dresser.answers);
    if !answers.is_empty() {
        let heading = dresser.heading("h2");
        let id = dresser.id("answers");
        dresser.out.push_str(&format!(
            "<{heading} id=\"{id}\">Answers to the questions</{heading}>\n<div class=\"answers\">{answers}</div>\n"
        ));
    }
    Ok(Dressed { body: dresser.out, pictures: dresser.pictures })
}

/// A selector that is written in this program.
fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("the selector is right")
}

fn has(element: &Element, class: &str) -> bool {
    element.has_class(class, CaseSensitivity::CaseSensitive)
}

struct Dresser<'a> {
    contents: &'a Contents,
    page: &'a Page,
    form: Form,
    out: String,
    pictures: Vec<(String, String)>,
    /// What the questions of the page were about.
    answers: String,
    questions: usize,
}

impl Dresser<'_> {
    fn node(&mut self, node: Place) {
        match node.value() {
            Node::Text(text) => xml::text(&mut self.out, text),
            Node::Element(element) => self.element(node, element),
            _ => {}
        }
    }

    fn children(&mut self, node: Place) {
        node.children().for_each(|child| self.node(child));
    }

    /// An element, with what `inside` writes in it.
    fn around(
        &mut self,
        name: &str,
        attributes: &[(&str, String)],
        inside: impl FnOnce(&mut Self),
    ) {
        xml::begin(&mut self.out, name, attributes);
        inside(self);
        xml::end(&mut self.out, name);
    }

    /// What `write` writes, and not into the page.
    fn aside(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let page = mem::take(&mut self.out);
        write(self);
        mem::replace(&mut self.out, page)
    }

    fn element(&mut self, node: Place, element: &Element) {
        match element.name() {
            // What needs a script, and what a reader would click.
            "script" | "noscript" | "style" | "button" | "input" | "label" => {}
            _ if element.attr("hidden").is_some() => {}
            _ if has(element, "live") || has(element, "predictions") => {}
            "form" if has(element, "predict") => self.question(node),
            "svg" => self.picture(node),
            "a" => self.link(node, element),
            "details" if self.form == Form::OneFile => {
                self.plain("div", "folded", node);
            }
            "summary" if self.form == Form::OneFile => {
                self.plain("p", "summary", node);
            }
            name => {
                let name = self.heading(name).to_string();
                let attributes = self.attributes(element);
                self.around(&name, &attributes, |to| to.children(node));
            }
        }
    }

    fn plain(&mut self, name: &str, class: &str, node: Place) {
        let class = [("class", class.to_string())];
        self.around(name, &class, |to| to.children(node));
    }

    /// The name of an element: in one file the parts have the highest headings.
    fn heading<'n>(&self, name: &'n str) -> &'n str {
        match (self.form, name) {
            (Form::OneFile, "h1") => "h2",
            (Form::OneFile, "h2") => "h3",
            (Form::OneFile, "h3") => "h4",
            (_, name) => name,
        }
    }

    fn attributes(&self, element: &Element) -> Vec<(&'static str, String)> {
        const KEPT: [&str; 9] = [
            "class",
            "colspan",
            "rowspan",
            "scope",
            "lang",
            "start",
            "role",
            "aria-label",
            "title",
        ];
        let kept =
            KEPT.iter().filter_map(|&name| Some((name, element.attr(name)?.to_string())));
        let id = element.attr("id").map(|id| ("id", self.id(id)));
        // What a browser shows when somebody points there.
        let tip = element.attr("data-tip").map(|tip| ("title", tip.to_string()));
        kept.chain(id).chain(tip).collect()
    }

    /// An id as XML allows it, and the only one of its name where all pages are in one file.
    fn id(&self, id: &str) -> String {
        match self.form {
            Form::Pages => name(id),
            Form::OneFile => format!("{}--{}", self.page.slug(), name(id)),
        }
    }

    fn link(&mut self, node: Place, element: &Element) {
        let to = element.attr("href").filter(|_| !has(element, "header"));
        let Some(to) = to.and_then(|href| self.target(href)) else {
            return self.children(node);
        };
        let mut attributes = vec![("href", to)];
        attributes
            .extend(element.attr("class").map(|class| ("class", class.to_string())));
        self.around("a", &attributes, |to| to.children(node));
    }

    /// Where a link leads, if to something that is there.
    fn target(&self, href: &str) -> Option<String> {
        if href.starts_with("https://") || href.starts_with("http://") {
            return Some(href.into());
        }
        let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
        let page = match path {
            "" => self.page,
            path => {
                let path = beside(&self.page.path, path);
                let path = path.strip_suffix(".html")?;
                self.contents.pages().find(|page| page.path == path)?
            }
        };
        Some(match (self.form, fragment) {
            (Form::OneFile, "") => format!("#{}", page.slug()),
            (Form::OneFile, fragment) => format!("#{}--{}", page.slug(), name(fragment)),
            (Form::Pages, fragment) => {
                let file = match path {
                    "" => String::new(),
                    _ => format!("{}{}.xhtml", self.page.up(), page.path),
                };
                let fragment = Some(name(fragment)).filter(|_| !fragment.is_empty());
                file + &fragment.map_or(String::new(), |fragment| format!("#{fragment}"))
            }
        })
    }

    /// A question: its options here, what is right with the answers of the page.
    fn question(&mut self, node: Place) {
        let Some(form) = ElementRef::wrap(node) else { return };
        self.questions += 1;
        let (here, there) = (
            self.id(&format!("question-{}", self.questions)),
            self.id(&format!("answer-{}", self.questions)),
        );
        let asked = form.select(&selector("fieldset > p:not(.sure)")).next();
        let asked = self.aside(|to| asked.iter().for_each(|asked| to.children(**asked)));
        let (mut options, mut reasons) = (String::new(), String::new());
        for option in form.select(&selector("fieldset > label:not(.skip)")) {
            let is_word = |child: &Place| {
                let element = child.value().as_element();
                element.is_none_or(|element| {
                    element.name() != "input"
                        && !["mark", "because", "yours"]
                            .iter()
                            .any(|class| has(element, class))
                })
            };
            let words = self.aside(|to| {
                option.children().filter(is_word).for_each(|child| to.node(child))
            });
            let words = words.trim();
            options.push_str(&format!("<li>{words}</li>\n"));
            let because = option.select(&selector(".because")).next();
            let because = self
                .aside(|to| because.iter().for_each(|because| to.children(**because)));
            let words = match has(option.value(), "correct") {
                true => format!("<strong>{words}: right.</strong>"),
                false => format!("<em>{words}.</em>"),
            };
            reasons.push_str(&format!("<li>{words} {because}</li>\n"));
        }
        self.out.push_str(&format!(
            "<section class=\"predict\" id=\"{here}\">\n<p class=\"legend\">Predict first</p>\n<p>{asked}</p>\n\
             <ol class=\"options\">\n{options}</ol>\n\
             <p class=\"later\"><a href=\"#{there}\">The answer</a> stands at the end of this chapter.</p>\n</section>\n"
        ));
        let said = form.select(&selector(".answer")).next();
        let said = self.aside(|to| said.iter().for_each(|said| to.children(**said)));
        self.answers.push_str(&format!(
            "<div class=\"answer\" id=\"{there}\">\n<p><a href=\"#{here}\">{asked}</a></p>\n\
             <ol class=\"options\">\n{reasons}</ol>\n<div>{said}</div>\n</div>\n"
        ));
    }

    /// A picture: beside the page, or in it.
    fn picture(&mut self, node: Place) {
        let Some(svg) = ElementRef::wrap(node) else { return };
        let drawn = self.aside(|to| to.drawn(node, true));
        if self.form == Form::OneFile {
            self.out.push_str(&drawn);
            return;
        }
        let words = |what| {
            svg.select(&selector(what)).next().map(|e| e.text().collect::<String>())
        };
        let said =
            [words("title"), words("desc")].into_iter().flatten().collect::<Vec<_>>();
        let name = format!("{}-{}.svg", self.page.slug(), self.pictures.len() + 1);
        let attributes = [
            ("class", "plot".into()),
            ("src", format!("{}pictures/{name}", self.page.up())),
            ("alt", said.join(". ")),
        ];
        self.around("img", &attributes, |_| ());
        self.pictures.push((
            name,
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{drawn}\n"),
        ));
    }

    /// An element of a picture, with colours that stand for themselves.
    fn drawn(&mut self, node: Place, is_root: bool) {
        let element = match node.value() {
            Node::Text(text) => return xml::text(&mut self.out, text),
            Node::Element(element) => element,
            _ => return,
        };
        let mut attributes: Vec<_> = element
            .attrs()
            .filter(|(name, _)| !matches!(*name, "class" | "id" | "role" | "style"))
            .map(|(name, value)| (name, self.contents.colours.fixed(value)))
            .collect();
        if is_root {
            attributes.push(("class", "plot".into()));
            attributes.push(("xmlns", "http://www.w3.org/2000/svg".into()));
            attributes.push(("font-family", "sans-serif".into()));
            attributes.push(("role", "img".into()));
        }
        let name = element.name().to_string();
        self.around(&name, &attributes, |to| {
            node.children().for_each(|child| to.drawn(child, false));
        });
    }
}

/// What XML takes for an id.
fn name(id: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = id.chars().map(|c| if is_name(c) { c } else { '-' }).collect();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name
    } else {
        format!("_{name}")
    }
}

/// The way to what lies at `path` from the folder of a page, from the folder of all pages.
fn beside(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
