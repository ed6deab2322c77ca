/**
 * A test of one fault of the project's list, with its number: what goes wrong, and what happens then. docs/faults.md is
 * made from these calls, so all three are literals. Faults come in over sockets; those of the configuration may not
 * need any.
 */
export function fault(
  number: number,
  what: string,
  outcome: string,
  run: () => void | Promise<void>,
  timeoutMs?: number,
): void {
  const start = async (): Promise<void> => {
    await run();
  };
  test(`fault ${number}: ${what}: ${outcome}`, start, timeoutMs);
}
