/**
 * A test of one fault of the project's list, with its number: what goes wrong, and what happens then. docs/faults.md is
 * made from these calls, so all three are literals.
 */
export function fault(
  number: number,
  what: string,
  outcome: string,
  run: () => Promise<void>,
  timeoutMs?: number,
): void {
  test(`fault ${number}: ${what}: ${outcome}`, run, timeoutMs);
}
