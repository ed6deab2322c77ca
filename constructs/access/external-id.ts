import { Fn, Token, type Precondition } from "cdktf";
import { externalIdCharacters } from "../foundation/limits";
import { resolvedText } from "../foundation/references";
import { eachText, show, type Rule } from "../foundation/validation";

const { min, max } = externalIdCharacters;
const whereToFind =
  "write the external ID that Logz.io shows with its role settings, such as logzio:aws:extid:example0nktixxe8q";

/**
 * Has Terraform check an external ID that it knows later: what is put into the trust policy must be neither empty nor
 * JSON of its own. RE2 counts to 1,000 alone, so IAM checks the upper limit.
 */
export function checkedLater(ids: readonly string[]): Precondition[] {
  return ids
    .filter((id) => Token.isUnresolved(id))
    .map((id) => ({
      condition: Fn.can(Fn.regex(`^[A-Za-z0-9_+=,.@:/-]{${min},}$`, id)),
      errorMessage: `An external ID has ${min} to ${max} letters, digits and _+=,.@:/-; ${whereToFind}.`,
    }));
}

const externalId: Rule<string> = (id) => {
  if (id === "")
    return [
      `is empty, and without an external ID any customer of Logz.io could name the role; ${whereToFind}`,
    ];
  if (/[*?]/.test(id)) return [`is ${show(id)}, and IAM compares external IDs as they stand; ${whereToFind}`];
  if (id.length >= min && id.length <= max && /^[\w+=,.@:/-]+$/.test(id)) return [];
  return [`is ${show(id)}; external IDs have ${min} to ${max} letters, digits and _+=,.@:/-; ${whereToFind}`];
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
