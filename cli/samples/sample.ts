import { gzipSync } from "fflate";

/** A log file as AWS, or an application, would put it into a bucket, and what must arrive at Logz.io. */
export interface Sample {
  /** What the file is and which edge it is there for. */
  readonly title: string;
  readonly key: string;
  readonly body: Buffer;
  readonly expected: ExpectedDocuments;
}

export interface ExpectedDocuments {
  /** Logz.io type under `type: auto`; undefined where no document comes out. */
  readonly type: string | undefined;
  readonly documents: number;
  /** Texts that must be found, byte for byte, in the documents: what a JSON round trip would damage. */
  readonly verbatim: readonly string[];
}

export function sample(
  title: string,
  key: string,
  body: Buffer | string,
  type: string | undefined,
  documents: number,
  verbatim: readonly string[] = [],
): Sample {
  return { title, key, body: Buffer.from(body), expected: { type, documents, verbatim } };
}

/** Gzip without a time in its header: the same bytes on every machine and in every run. */
export function gzip(text: string): Buffer {
  return Buffer.from(gzipSync(Buffer.from(text), { mtime: 0 }));
}

/** The account and region that the sample files speak of, and the hour in which they were written. */
export const account = "111122223333";
export const otherAccount = "123456789012";
export const region = "us-east-1";
export const hour = new Date("2026-11-20T12:00:00Z");
export const dayPath = "2026/11/20";

/** A time of the sample hour. */
export function at(seconds: number, milliseconds = 0): Date {
  return new Date(hour.getTime() + seconds * 1000 + milliseconds);
}

/** `20261120T1205Z`, as in the names of AWS's log files. */
export function fileTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace(/[-:]/g, "")}Z`;
}
