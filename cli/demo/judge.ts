import type { ExpectedDocuments } from "../samples";
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
  /** Documents that the listener accepted, as text. */
  readonly documents: readonly string[];
  /** Bodies of the messages in the dead-letter queue. */
  readonly deadLetters: readonly string[];
  /** Bodies of the messages that wait for a later try. */
  readonly delayed: readonly string[];
}

/** Compares what the function says it did, what the listener got, and what should have come. */
export function judge(objects: readonly ShippedObject[], evidence: Evidence): Judgement {
  const documents = documentsByObject(evidence.documents);
  const documentsOf = (object: ShippedObject): string[] => documents.get(nameOf(object)) ?? [];
  return {
    objects: objects.map((object) => judgeObject(object, evidence, documentsOf(object))),
    someDocuments: oneOfEachType(objects.map(documentsOf)),
  };
}

export interface Judgement {
  readonly objects: readonly ObjectResult[];
  /** A document of each type, in the order of the objects. */
  readonly someDocuments: readonly string[];
}

function judgeObject(object: ShippedObject, evidence: Evidence, documents: readonly string[]): ObjectResult {
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
    type: documents.length > 0 ? type : undefined,
    records: accounts.reduce((total, account) => total + recordsOf(account), 0),
    accepted,
    filtered,
    refused,
    seconds: sum("seconds"),
    documents: documents.length,
    problems: [
      ...failed,
      ...accounts.flatMap(balanceProblems),
      ...(refused > 0 ? [`the listener refused ${refused}`] : []),
      ...(accepted === documents.length
        ? []
        : [`the function says ${accepted} were accepted, the listener has ${documents.length}`]),
      ...(expected === undefined
        ? missingAccount(object, accounts, failed)
        : expectationProblems(expected, type, documents)),
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
  documents: readonly string[],
): string[] {
  const problems: string[] = [];
  if (documents.length !== expected.documents) {
    problems.push(`${documents.length} documents arrived, ${expected.documents} were expected`);
  }
  if (documents.length > 0 && type !== expected.type) {
    problems.push(`its type is ${String(type)}, ${String(expected.type)} was expected`);
  }
  for (const text of expected.verbatim) {
    if (!documents.some((document) => document.includes(text))) {
      problems.push(`no document holds ${text} as it was written`);
    }
  }
  return problems;
}

function nameOf(object: { readonly bucket: string; readonly key: string }): string {
  return `${object.bucket}/${object.key}`;
}

/** The documents of each object, by the field that names it. */
function documentsByObject(documents: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const document of documents) {
    const { s3_object_key: name = "" } = JSON.parse(document) as { s3_object_key?: string };
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [document]);
    else group.push(document);
  }
  return groups;
}

/** The second document of an object where it has one: the first may be made of a header line. */
function oneOfEachType(documentsOfObjects: readonly (readonly string[])[]): string[] {
  const picked = new Map<string, string>();
  for (const document of documentsOfObjects.flatMap((documents) => documents.slice(0, 2).slice(-1))) {
    const { type = "" } = JSON.parse(document) as { type?: string };
    if (!picked.has(type)) picked.set(type, document);
  }
  return [...picked.values()];
}

/** Whether a message of the dead-letter queue is about the object: a notification of S3, or a continuation. */
export function isAbout(body: string, object: { readonly key: string }): boolean {
  const message = JSON.parse(body) as {
    Records?: readonly { s3?: { object?: { key?: string } } }[];
    key?: string;
  };
  const notified = message.Records?.[0]?.s3?.object?.key;
  const key = notified === undefined ? message.key : decodeURIComponent(notified.replaceAll("+", " "));
  return key === object.key;
}
