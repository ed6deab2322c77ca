import { policyText } from "../foundation/policy";
import { reference } from "../foundation/templates";
import { show } from "../foundation/validation";

/** What a prefix does in a policy that may not be what it was written for. */
export function prefixWarnings(prefix: string): string[] {
  const written = prefix.replace(reference, "");
  const warnings: string[] = [];
  if (/[*?]/.test(written))
    warnings.push(
      `The prefix ${show(prefix)} is taken as it stands: * and ? are characters of keys, and no wildcards. Write the ` +
        "start that the keys have in common, unless they have these characters in their names",
    );
  if (/\p{Cc}/u.test(written))
    warnings.push(
      `The prefix ${show(prefix)} has line breaks or other control characters, which keys hardly have; remove them, ` +
        "unless the keys have them",
    );
  if (/[^\u0000-\u00ff]/.test(written))
    warnings.push(
      `IAM takes no characters beyond Latin-1: in place of those of the prefix ${show(prefix)} the policy has *, and ` +
        `allows every key that fits ${show(`${policyText(prefix)}*`)}. Where that is too much, give these objects a ` +
        "bucket, or a prefix, without such characters",
    );
  return warnings;
}
