import type { Conditions, Policy } from "./document";
import { operatorOf } from "./operators";
import type { Reading } from "./patterns";
import { allOf, anyOf, not, Unknown, type Ternary } from "./ternary";

/** Whether every condition of a statement holds. */
export function conditionsHold(conditions: Conditions, reading: Reading): Ternary {
  return allOf(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => holds(operator, key, wanted, reading)),
    ),
  );
}

/** Every value that the conditions of a policy have for a key, as written. */
export function valuesOf({ statements }: Policy, key: string): string[] {
  return statements.flatMap(({ conditions }) =>
    Object.values(conditions).flatMap((keys) =>
      Object.entries(keys).flatMap(([name, values]) =>
        name.toLowerCase() === key.toLowerCase() ? values : [],
      ),
    ),
  );
}

function holds(written: string, key: string, wanted: readonly string[], reading: Reading): Ternary {
  const [, quantifier = "", name = "", ifExists = ""] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(written) ?? [];
  const actual = reading.context.valuesOf(key);
  if (name.toLowerCase() === "null") {
    if (actual === undefined) return new Unknown(`whether the request has ${key} is not known here`);
    return wanted.some((value) => (value.toLowerCase() === "true") === (actual.length === 0));
  }
  const operator = operatorOf(name);
  if (operator === undefined) return new Unknown(`the condition operator ${written} is not known here`);
  if (actual === undefined) return new Unknown(`it depends on ${key}, which is not known here`);
  const forAll = quantifier.toLowerCase() === "forallvalues";
  if (actual.length === 0) {
    // Source: IAM JSON policy elements, "...IfExists", and "Set operators for multi-valued context keys".
    return ifExists !== "" || (quantifier === "" ? operator.negated : forAll);
  }
  const met = actual.map((value) => {
    const matched = anyOf(wanted.map((one) => operator.compare(value, one, reading)));
    return operator.negated ? not(matched) : matched;
  });
  if (quantifier !== "") return forAll ? allOf(met) : anyOf(met);
  if (met.length > 1)
    return new Unknown(`${key} has several values, and ${written} does not say how many must do`);
  return allOf(met);
}
