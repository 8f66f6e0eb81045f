//! What a page runs, compiled of other code than what is here.

use crate::finding::Finding;

use crate::asking::{Chapter, Directive};
use crate::kept::Material;
use crate::kept::player::{CODE, MODULE, Player, code_of};

/// Finds a module that was compiled before its code changed, where a chapter needs it.
pub(super) fn modules(material: &Material, chapters: &[Chapter]) -> Option<Finding> {
    let mut directives = chapters.iter().flat_map(Chapter::directives);
    directives.find(|(_, directive)| **directive == Directive::Play)?;
    // Where there is none, whoever weaves it says so.
    let player = Player::read(&material.root).ok()?;
    let problem = match material.code.fingerprint(&material.root.join(CODE)) {
        Ok(code) if code_of(&player.module) == Some(&code) => return None,
        Ok(_) => "it was compiled before its code changed".to_string(),
        Err(reason) => reason,
    };
    let remedy = "compile it anew with `cargo book wasm`";
    Some(Finding::new(MODULE, 0, problem, remedy))
}
