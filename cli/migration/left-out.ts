import { UsageError } from "../program/errors";
import type { Identity, Kind } from "./configuration";

/** A configuration as `--leave-out` names it: `1234`, or `archive:1234` where a fetcher has that number too. */
export interface LeftOut {
  readonly id: number;
  readonly kind?: Kind;
}

/** @throws UsageError for what is no ID */
export function leftOutOf(text: string): LeftOut {
  const match = /^(?:(fetcher|archive):)?(\d{1,15})$/.exec(text);
  if (match === null) {
    throw new UsageError(`--leave-out is "${text}"; write the ID of a configuration, such as 1234`);
  }
  const [kind, id] = [match.at(1), match.at(2)];
  return { id: Number(id), ...(kind === undefined ? {} : { kind: kind as Kind }) };
}

/** Which of the configurations are meant. @throws UsageError for an ID that none has, or more than one */
export function leftOutAmong(wanted: readonly LeftOut[], configurations: readonly Identity[]): Identity[] {
  return wanted.map(({ id, kind }) => {
    const found = configurations.filter((one) => one.id === id && (kind ?? one.kind) === one.kind);
    const first = found.at(0);
    if (first === undefined) {
      const ids = configurations.map((one) => one.id).join(", ");
      throw new UsageError(
        `--leave-out names ${kind === undefined ? id : `${kind}:${id}`}, and no configuration that uses the role has that ` +
          `ID; write one of ${ids}`,
      );
    }
    if (found.length === 1) return { kind: first.kind, id };
    throw new UsageError(
      `--leave-out names ${id}, which is a fetcher and an archive; write fetcher:${id} or archive:${id}, or both`,
    );
  });
}

export function isLeftOut(leftOut: readonly Identity[], { kind, id }: Identity): boolean {
  return leftOut.some((one) => one.kind === kind && one.id === id);
}
