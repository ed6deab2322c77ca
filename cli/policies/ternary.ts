/** Not decided by what is known; the reasons say what would have to be known. */
export class Unknown {
  readonly reasons: readonly string[];

  constructor(...reasons: string[]) {
    this.reasons = [...new Set(reasons)];
  }
}

/** True, false, or not known: what is not known must never pass for one of the others. */
export type Ternary = boolean | Unknown;

/** Whether all hold. One that does not hold decides, whatever is not known of the others. */
export function allOf(parts: readonly Ternary[]): Ternary {
  if (parts.includes(false)) return false;
  const unknown = parts.filter((part) => part instanceof Unknown);
  return unknown.length === 0 || new Unknown(...unknown.flatMap(({ reasons }) => reasons));
}

/** Whether one holds. One that holds decides, whatever is not known of the others. */
export function anyOf(parts: readonly Ternary[]): Ternary {
  return not(allOf(parts.map(not)));
}

export function not(part: Ternary): Ternary {
  return part instanceof Unknown ? part : !part;
}
