import { Token } from "cdktf";
import { externalIdCharacters } from "../foundation/limits";
import { resolvedText } from "../foundation/references";
import { eachText, show, type Rule } from "../foundation/validation";
import type { Form } from "./later-values";

const { min, max } = externalIdCharacters;
const characters = `${min} to ${max} letters, digits and _+=,.@:/-`;
const whereToFind =
  "write the external ID that Logz.io shows with its role settings, such as logzio:aws:extid:example0nktixxe8q";

/** An external ID that Terraform knows later, neither empty nor JSON of its own; IAM checks the upper limit. */
export const externalIdForm: Form = {
  pattern: `^[A-Za-z0-9_+=,.@:/-]{${min},}$`,
  allowed: `An external ID has ${characters}; ${whereToFind}`,
};

const externalId: Rule<string> = (id) => {
  if (id === "")
    return [
      `is empty, and without an external ID any customer of Logz.io could name the role; ${whereToFind}`,
    ];
  if (/[*?]/.test(id)) return [`is ${show(id)}, and IAM compares external IDs as they stand; ${whereToFind}`];
  if (id.length >= min && id.length <= max && /^[\w+=,.@:/-]+$/.test(id)) return [];
  return [`is ${show(id)}; external IDs have ${characters}; ${whereToFind}`];
};

/** One external ID, or two while configurations are moved from the old one to the new one. */
export const externalIds: Rule<readonly string[]> = (ids, construct) => {
  if (Array.isArray(ids) && ids.length === 0)
    return [
      `is empty, and without an external ID any customer of Logz.io could name the role; ${whereToFind}`,
    ];
  const problems = [...eachText(externalId)(ids, construct)];
  if (problems.length > 0) return problems;
  if (ids.length > 2)
    problems.push(
      `has ${ids.length} entries; write the one that is in use, or the old and the new one while configurations are moved`,
    );
  const resolved = ids.map((id) => (Token.isUnresolved(id) ? resolvedText(construct, id) : id));
  if (new Set(resolved).size < ids.length) problems.push("has an external ID twice; write each once");
  return problems;
};
