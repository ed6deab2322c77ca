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
}

/** Compares what the function says it did, what the listener got, and what should have come. */
export function judge(objects: readonly ShippedObject[], evidence: Evidence): ObjectResult[] {
  const documents = documentsByObject(evidence.documents);
  return objects.map((object) => judgeObject(object, evidence, documents.get(nameOf(object)) ?? []));
}

function judgeObject(object: ShippedObject, evidence: Evidence, documents: readonly string[]): ObjectResult {
  const { bucket, key, bytes, title, expected } = object;
  const accounts = evidence.log.accounts.filter((line) => nameOf(line) === nameOf(object));
  const deadLettered = evidence.deadLetters.some((body) => isAbout(body, object));
  const sum = (field: "records" | "accepted" | "filtered" | "refused" | "seconds"): number =>
    accounts.reduce((total, account) => total + account[field], 0);
  const type = accounts.at(-1)?.type;
  const account = {
    records: sum("records"),
    accepted: sum("accepted"),
    filtered: sum("filtered"),
    refused: sum("refused"),
  };
  const problems = [
    ...(deadLettered ? deadLetterProblems(evidence.log, object) : []),
    ...accountProblems(account, documents.length),
    ...(expected === undefined ? [] : expectationProblems(expected, type, documents)),
    ...(expected === undefined && object.announced && !deadLettered && accounts.length === 0 && bytes > 0
      ? ["the function wrote no account of it"]
      : []),
  ];
  return {
    title,
    bucket,
    key,
    bytes,
    outcome: outcomeOf(object.announced, accounts, deadLettered),
    type: documents.length > 0 ? type : undefined,
    ...account,
    seconds: sum("seconds"),
    documents: documents.length,
    problems,
  };
}

function outcomeOf(
  announced: boolean,
  accounts: readonly ObjectAccount[],
  deadLettered: boolean,
): ObjectResult["outcome"] {
  if (!announced) return "no rule";
  if (deadLettered) return "failed";
  return accounts.length > 0 ? "shipped" : "skipped";
}

function deadLetterProblems(log: FunctionLog, object: ShippedObject): string[] {
  const reasons = log.failures
    .filter((failure) => failure.key === object.key)
    .map((failure) => failure.reason);
  const reason = reasons.at(-1);
  return [`its message went to the dead-letter queue${reason === undefined ? "" : `: ${reason}`}`];
}

function accountProblems(
  account: Pick<ObjectAccount, "records" | "accepted" | "filtered" | "refused">,
  documents: number,
): string[] {
  const { records, accepted, filtered, refused } = account;
  const problems: string[] = [];
  if (records !== accepted + filtered + refused) {
    problems.push(
      `${records} records in, but ${accepted} accepted, ${filtered} filtered and ${refused} refused`,
    );
  }
  if (refused > 0) problems.push(`the listener refused ${refused}`);
  if (accepted !== documents) {
    problems.push(`the function says ${accepted} were accepted, the listener has ${documents}`);
  }
  return problems;
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
