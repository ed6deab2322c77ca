import type { ExpectedDocuments } from "../samples";
import type { Arrivals, Arrived } from "./arrivals";
import type { FunctionLog, ObjectAccount } from "./function-log";
import type { PutObject } from "./notification";
import type { ObjectResult } from "./result";

/** An object that the demo has put into a bucket. */
export interface ShippedObject extends PutObject {
  readonly title: string;
  /** Whether a rule of the stack matches it, so that S3 would send an event. */
  readonly announced: boolean;
  /** Undefined for a file of the user's own. */
  readonly expected: ExpectedDocuments | undefined;
}

export interface Evidence {
  readonly log: FunctionLog;
  /** What the listener accepted. */
  readonly arrivals: Pick<Arrivals, "of">;
  /** Bodies of the messages in the dead-letter queue. */
  readonly deadLetters: readonly string[];
  /** Bodies of the messages that wait for a later try. */
  readonly delayed: readonly string[];
}

/** Compares what the function says it did, what the listener got, and what should have come. */
export function judge(objects: readonly ShippedObject[], evidence: Evidence): Judgement {
  const judged = objects.map((object) => ({ object, arrived: evidence.arrivals.of(nameOf(object)) }));
  return {
    objects: judged.map(({ object, arrived }) => judgeObject(object, evidence, arrived)),
    someDocuments: oneOfEachType(judged.map(({ arrived }) => arrived)),
  };
}

export interface Judgement {
  readonly objects: readonly ObjectResult[];
  /** A document of each type, in the order of the objects. */
  readonly someDocuments: readonly string[];
}

function judgeObject(object: ShippedObject, evidence: Evidence, arrived: Arrived): ObjectResult {
  const { bucket, key, bytes, title, expected } = object;
  const accounts = evidence.log.accounts.filter((line) => nameOf(line) === nameOf(object));
  const sum = (field: "accepted" | "filtered" | "refused" | "seconds"): number =>
    accounts.reduce((total, account) => total + account[field], 0);
  const [accepted, filtered, refused] = [sum("accepted"), sum("filtered"), sum("refused")];
  const type = accounts.map((account) => account.type).findLast((name) => name !== "");
  const failed = failureProblems(object, evidence);
  return {
    title,
    bucket,
    key,
    bytes,
    outcome: outcomeOf(object, accounts, failed),
    type: arrived.documents > 0 ? type : undefined,
    records: accounts.reduce((total, account) => total + recordsOf(account), 0),
    accepted,
    filtered,
    refused,
    seconds: sum("seconds"),
    documents: arrived.documents,
    problems: [
      ...failed,
      ...accounts.flatMap(balanceProblems),
      ...(refused > 0 ? [`the listener refused ${refused}`] : []),
      ...(accepted === arrived.documents
        ? []
        : [`the function says ${accepted} were accepted, the listener has ${arrived.documents}`]),
      ...(expected === undefined
        ? missingAccount(object, accounts, failed)
        : expectationProblems(expected, type, arrived)),
    ],
  };
}

function outcomeOf(
  { announced }: ShippedObject,
  accounts: readonly ObjectAccount[],
  failed: readonly string[],
): ObjectResult["outcome"] {
  if (!announced) return "no rule";
  if (failed.length > 0) return "failed";
  return accounts.length > 0 ? "shipped" : "skipped";
}

/** A run that was cut off has read records that were not sent any more; the next run reads them again. */
function recordsOf({ complete, records, accepted, filtered, refused }: ObjectAccount): number {
  return complete ? records : accepted + filtered + refused;
}

function balanceProblems(account: ObjectAccount): string[] {
  const { accepted, filtered, refused } = account;
  const records = recordsOf(account);
  if (records === accepted + filtered + refused) return [];
  return [`${records} records in, but ${accepted} accepted, ${filtered} filtered and ${refused} refused`];
}

function failureProblems(object: ShippedObject, { log, deadLetters, delayed }: Evidence): string[] {
  const reason = log.failures.findLast((failure) => failure.key === object.key)?.reason;
  const because = reason === undefined ? "" : `: ${reason}`;
  if (deadLetters.some((body) => isAbout(body, object))) {
    return [`its message went to the dead-letter queue${because}`];
  }
  if (delayed.some((body) => isAbout(body, object))) {
    return [`it failed and waits for another try, for which the demo does not wait${because}`];
  }
  return [];
}

/** Without an expectation, an object with bytes in it must at least be accounted for. */
function missingAccount(
  { announced, bytes }: ShippedObject,
  accounts: readonly ObjectAccount[],
  failed: readonly string[],
): string[] {
  const missing = announced && bytes > 0 && accounts.length === 0 && failed.length === 0;
  return missing ? ["the function wrote no account of it"] : [];
}

function expectationProblems(
  expected: ExpectedDocuments,
  type: string | undefined,
  { documents, found }: Arrived,
): string[] {
  const problems: string[] = [];
  if (documents !== expected.documents) {
    problems.push(`${documents} documents arrived, ${expected.documents} were expected`);
  }
  if (documents > 0 && type !== expected.type) {
    problems.push(`its type is ${String(type)}, ${String(expected.type)} was expected`);
  }
  for (const text of expected.verbatim) {
    if (!found.has(text)) {
      problems.push(`no document holds ${text} as it was written`);
    }
  }
  return problems;
}

/** `bucket/key`, as documents name their object. */
export function nameOf(object: { readonly bucket: string; readonly key: string }): string {
  return `${object.bucket}/${object.key}`;
}

function oneOfEachType(arrived: readonly Arrived[]): string[] {
  const picked = new Map<string, string>();
  for (const example of arrived.map((object) => object.example)) {
    if (example === undefined) continue;
    const { type = "" } = JSON.parse(example) as { type?: string };
    if (!picked.has(type)) picked.set(type, example);
  }
  return [...picked.values()];
}

/** Whether a message of the dead-letter queue is about the object: a notification of S3, or a continuation. */
function isAbout(body: string, object: { readonly key: string }): boolean {
  const message = JSON.parse(body) as {
    Records?: readonly { s3?: { object?: { key?: string } } }[];
    key?: string;
  };
  const notified = message.Records?.[0]?.s3?.object?.key;
  const key = notified === undefined ? message.key : decodeURIComponent(notified.replaceAll("+", " "));
  return key === object.key;
}
