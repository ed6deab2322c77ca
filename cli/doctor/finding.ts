/** Whether a check's claim holds: shown to hold, shown not to hold, or neither. */
export type Status = "proven" | "wrong" | "not-proven";

/** What to change, so exact that it can be pasted. */
export interface Fix {
  /** What to do with the statement or command, and where. */
  readonly instruction: string;
  /** A statement of a policy. */
  readonly statement?: object;
  /** A line for a shell. */
  readonly command?: string;
}

export interface Finding {
  /** What was looked at, for machines; does not change between versions. */
  readonly check: string;
  readonly status: Status;
  /** What was proven, what is wrong, or what could not be proven. */
  readonly text: string;
  /** Why it could not be proven. */
  readonly reason?: string;
  readonly fix?: Fix;
}

export interface Section {
  readonly kind: "role" | "user" | "bucket" | "archive" | "logzio" | "listener";
  readonly name: string;
  readonly findings: readonly Finding[];
}

export interface Report {
  readonly sections: readonly Section[];
}

export interface Summary {
  readonly proven: number;
  readonly wrong: number;
  readonly notProven: number;
}

export function proven(check: string, text: string): Finding {
  return { check, status: "proven", text };
}

export function wrong(check: string, text: string, fix?: Fix): Finding {
  return { check, status: "wrong", text, ...(fix === undefined ? {} : { fix }) };
}

export function notProven(check: string, text: string, reason: string): Finding {
  return { check, status: "not-proven", text, reason };
}

export function summarize({ sections }: Report): Summary {
  const findings = sections.flatMap((section) => section.findings);
  const count = (status: Status): number => findings.filter((finding) => finding.status === status).length;
  return { proven: count("proven"), wrong: count("wrong"), notProven: count("not-proven") };
}

/** With a capital at its start. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
