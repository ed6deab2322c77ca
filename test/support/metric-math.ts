/** Values period by period, the oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/**
 * The part of CloudWatch's metric math that alarms here use: IF, FILL, AND, `>`, `==`, `+`. (Source: CloudWatch user guide,
 * "Using math expressions": an operation has a value only where both sides have one; FILL with REPEAT repeats the value
 * before a gap, so that what is missing at the beginning stays so.)
 */
export function evaluate(expression: string, metrics: ReadonlyMap<string, Series>, length: number): Series {
  const tokens = expression.match(/\w+|==|[>+(),]/g) ?? [];
  const constant = (value: number): Series => Array.from({ length }, () => value);
  const zip = (left: Series, right: Series, of: (a: number, b: number) => number): Series =>
    left.map((a, index) => {
      const b = right[index];
      return a === undefined || b === undefined ? undefined : of(a, b);
    });
  const next = (expected?: string): string => {
    const token = tokens.shift() ?? "";
    if (expected !== undefined && token !== expected)
      throw new Error(`"${token}" where "${expected}" should be`);
    return token;
  };

  const operand = (): Series => {
    const token = next();
    if (token === "IF") {
      next("(");
      const condition = conjunction();
      next(",");
      const [yes, no] = [operand(), (next(","), operand())];
      next(")");
      return condition.map((value, index) =>
        value === undefined ? undefined : value === 0 ? no[index] : yes[index],
      );
    }
    if (token === "FILL") {
      next("(");
      const series = operand();
      next(",");
      const filler = next();
      next(")");
      let before: number | undefined;
      return series.map((value) => {
        before = value ?? before;
        return value ?? (filler === "REPEAT" ? before : Number(filler));
      });
    }
    if (/^\d+$/.test(token)) return constant(Number(token));
    const metric = metrics.get(token);
    if (metric === undefined) throw new Error(`there is no metric "${token}"`);
    return metric;
  };
  const sum = (): Series => {
    let result = operand();
    while (tokens[0] === "+") result = (next(), zip(result, operand(), (a, b) => a + b));
    return result;
  };
  const comparison = (): Series => {
    const left = sum();
    if (tokens[0] === ">") return (next(), zip(left, sum(), (a, b) => Number(a > b)));
    if (tokens[0] === "==") return (next(), zip(left, sum(), (a, b) => Number(a === b)));
    return left;
  };
  const conjunction = (): Series => {
    let result = comparison();
    while (tokens[0] === "AND")
      result = (next(), zip(result, comparison(), (a, b) => Number(a !== 0 && b !== 0)));
    return result;
  };

  const result = conjunction();
  if (tokens.length > 0) throw new Error(`"${tokens.join(" ")}" is left over of ${expression}`);
  return result;
}
