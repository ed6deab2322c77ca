import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { fetcherDefaults, type FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { bucketIdentity } from "../access/bucket-identity";
import { bucketName, keyPrefix } from "../access/bucket-rules";
import { externalIdNeedsRole, readRoleRules, type ReadBySource } from "../access/read-role";
import { objectKeyBytes } from "../foundation/limits";
import { resolvedText } from "../foundation/references";
import {
  below,
  each,
  isObject,
  oneOf,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { documentRules, documentSettings, hasBucket, knownOfSource, type LogSource } from "./log-source";
import { recordsTogether } from "./record-settings";

/** Objects to fetch in order: those of one bucket under one prefix. No source's prefix may start with another's. */
export interface FetcherSource
  extends LogSource, ReadBySource, Omit<FetcherSourceSettings, "suffix" | "start"> {
  /** Name of the bucket, not its ARN; a Terraform reference works as well. */
  readonly bucket: string;
  /** Start of the keys, decoded as the console shows them, without a leading slash. @default the whole bucket */
  readonly prefix?: string;
  /** Region of the bucket. @default the stack's */
  readonly region?: string;
  /**
   * Where to begin. `now`: with objects that came since the first run. `beginning`: with all. An ISO date: with
   * objects modified since then. `{ key }`: behind that key, in byte order, with `streams: "single"`.
   * @default "now"
   */
  readonly start?: FetcherSourceSettings["start"];
  /**
   * How old an object must be before it is read, in seconds, 0 to 3,600; those that sort behind a younger one wait
   * with it. Writers whose keys appear out of order by less than this stay in order.
   * @default 5
   */
  readonly settleSeconds?: number;
  /**
   * How far behind the last key of its writer a late key is looked for, in keys (0 to 20,000; each 1,000 cost a list
   * request a look); and for how long after its end a dated folder is gone through, and after it was modified an object
   * may appear, in minutes (0 to 2,880). Names without a time in a dated folder are looked for in all of it.
   * @default 800 keys, 60 minutes: with what is new, they fit one list request
   */
  readonly lookback?: { readonly keys: number; readonly minutes: number };
  /**
   * `auto`: an order of its own for each writer's folder, such as each account and region of CloudTrail. `single`:
   * one order for all keys of the source.
   * @default "auto"
   */
  readonly streams?: "auto" | "single";
  /**
   * After how many minutes of failing an object is left out, counted and noted in the table, so that its stream goes
   * on, 1 to 20,160. @default never: order is kept, and the stream waits
   */
  readonly setAsideAfterMinutes?: number;
}

const fetcherSourceExample = '{ bucket: "my-logs", prefix: "AWSLogs/", start: "now" }';

const start: Rule<NonNullable<FetcherSource["start"]>> = (value) => {
  if (value === "now" || value === "beginning") return [];
  const key = isObject(value) ? (value as { key?: unknown }).key : undefined;
  if (typeof key === "string" && key !== "" && Buffer.byteLength(key) <= objectKeyBytes) return [];
  // Only the ISO forms: Date.parse takes many more, and each differently.
  const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value);
  if (isDate && !Number.isNaN(Date.parse(value))) return [];
  return [
    `is ${show(value)}; write "now", "beginning", a date such as 2026-01-31 or 2026-01-31T06:00:00Z, or ` +
      '{ key: "the last key that is not to be read" }',
  ];
};

const lookback: Rule<NonNullable<FetcherSource["lookback"]>> = (value, construct) => {
  if (!isObject(value)) return [`is ${show(value)}; write { keys: 800, minutes: 60 }`];
  const limits = { keys: { min: 0, max: 20_000 }, minutes: { min: 0, max: 2_880 } } as const;
  return (["keys", "minutes"] as const).flatMap((name) =>
    within(limits[name], name)(value[name], construct).map((problem) => below(name, problem)),
  );
};

const regionCode: Rule<string> = (code) =>
  /^[a-z]{2,}(-[a-z]+)+-\d$/.test(code)
    ? []
    : [`is ${show(code)}; write the code of an AWS region, such as us-east-1`];

const fetcherSourceRules: Rules<FetcherSource> = {
  props: {
    bucket: text(bucketName),
    prefix: text(keyPrefix),
    region: text(regionCode),
    start,
    settleSeconds: within({ min: 0, max: 3_600 }, "seconds"),
    lookback,
    streams: oneOf(["auto", "single"] as const),
    setAsideAfterMinutes: within({ min: 1, max: 20_160 }, "minutes"),
    ...readRoleRules,
    ...documentRules,
  },
  known: [
    ...knownOfSource,
    "region",
    "start",
    "settleSeconds",
    "lookback",
    "streams",
    "setAsideAfterMinutes",
    "readRoleExternalId",
  ],
  together: [hasBucket, keyNeedsOneOrder, externalIdNeedsRole, ...recordsTogether],
};

/** In several orders a key says where to begin in one of them alone. */
function keyNeedsOneOrder({ start: begin, streams = fetcherDefaults.streams }: FetcherSource): Problem[] {
  if (!isObject(begin) || streams === "single") return [];
  return [
    {
      path: "start",
      text: 'is a key, which says where to begin in one order; write streams: "single" as well',
    },
  ];
}

/** The part of a source that the function needs. */
export function fetcherSettings(source: FetcherSource): FetcherSourceSettings {
  const { region, start: begin, settleSeconds, streams, setAsideAfterMinutes } = source;
  return {
    ...documentSettings(source),
    region,
    start: begin,
    settleSeconds,
    lookback: source.lookback,
    streams,
    setAsideAfterMinutes,
  };
}

/** Sources of which one holds the other's keys: both would ship them. */
export function overlaps(construct: IConstruct, sources: readonly FetcherSource[]): Problem[] {
  const named = sources.map((source) => ({
    bucket: bucketIdentity(construct, source.bucket),
    prefix: resolvedText(construct, source.prefix ?? ""),
  }));
  return named.flatMap((one, index) => {
    const earlier = named.findIndex(
      (other, position) =>
        position < index &&
        other.bucket === one.bucket &&
        (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)),
    );
    if (earlier < 0) return [];
    return [
      {
        path: `sources[${index}]`,
        text:
          `(prefix ${show(one.prefix)}) and sources[${earlier}] (prefix ${show(named[earlier].prefix)}) hold the same keys; ` +
          "write prefixes of which none starts with another, or join the two",
      },
    ];
  });
}

/** Whether sources have the shape that their type says, so that they can be compared. */
export function areFetcherSources(list: unknown): list is readonly FetcherSource[] {
  return (
    Array.isArray(list) &&
    !Token.isUnresolved(list) &&
    list.every(
      (source: Partial<FetcherSource> | null) =>
        isObject(source) &&
        typeof source.bucket === "string" &&
        (source.prefix === undefined || typeof source.prefix === "string"),
    )
  );
}

export const fetcherSources: Rule<readonly FetcherSource[]> = (list, construct) =>
  list.length === 0
    ? [`is empty; write at least one source, such as ${fetcherSourceExample}`]
    : each(fetcherSourceRules, fetcherSourceExample)(list, construct);
