import type { Output } from "../program/output";
import type { Configurations } from "./configurations";
import type { Journal } from "./journal";
import type { Pauses } from "./patience";

/** Where configurations are moved to. */
export interface Target {
  /** Of the role that they are to use: the same one, or the new one. */
  readonly role: string;
  readonly externalId: string;
  /**
   * Which other external IDs AWS accepts for that role. With `none`, a configuration that Logz.io could save holds the
   * new one. `not known`: the role cannot be read, so what Logz.io says is all there is.
   */
  readonly otherIds: "none" | "some" | "not known";
  /** When all of IAM has heard of the role's trust policy, in ms since 1970; a refusal before says nothing yet. */
  readonly settledBy: number;
}

/** What the steps of a migration work with. */
export interface Migration {
  readonly configurations: Configurations;
  readonly journal: Journal;
  readonly pauses: Pauses;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Whether a configuration may be deleted before the new one is there, where Logz.io takes no two of them. */
  readonly allowGap: boolean;
}
