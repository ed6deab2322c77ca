import { fetcherObjectBytes } from "./census";
import { configuration } from "./configuration";
import type { OrderFinding } from "./order";
import type { Target } from "./target";
import type { Looked, VerdictKind } from "./decision";
import { judge } from "./verdict";

/**
 * What `check --json` prints. Fields are only ever added; where one changes its meaning, `version` goes up. Times are
 * ISO 8601 in UTC, to the second as S3 gives them. Described in docs/check.md.
 */
export interface CheckReport {
  readonly version: 1;
  readonly bucket: string;
  /** As asked for; empty for the whole bucket. */
  readonly prefix: string;
  /** Null where AWS would not say. */
  readonly region: string | null;
  readonly verdict: {
    readonly kind: VerdictKind;
    /** Whether Logz.io's fetcher fits as it is: the exit code is 0 then, else 1. */
    readonly fit: boolean;
    readonly prefixes: readonly string[];
    readonly reasons: readonly string[];
    readonly cautions: readonly string[];
  };
  /** Lines for logzio.yaml; null for `unknown`. */
  readonly configuration: string | null;
  readonly looked: {
    /** Whether every key was looked at. */
    readonly complete: boolean;
    readonly consecutiveKeys: number;
    readonly sampledKeys: number;
    readonly places: number;
    readonly firstKey: string | null;
    readonly lastKey: string | null;
    readonly oldest: string | null;
    readonly newest: string | null;
  };
  readonly objects: {
    readonly count: number;
    readonly bytes: number;
    readonly largestBytes: number;
    readonly overLimit: number;
    /** What `overLimit` counts from. */
    readonly limitBytes: number;
    readonly empty: number;
    /** Uploaded in parts. */
    readonly multipart: number;
    /** In GLACIER or DEEP_ARCHIVE. */
    readonly archived: number;
    /** Folder markers and trial files of AWS services, counted in nothing else. */
    readonly noLogs: number;
    readonly storageClasses: Readonly<Record<string, number>>;
  };
  /** All objects under the prefix as one sequence. */
  readonly order: OrderReport & { readonly examples: readonly ExampleReport[] };
  readonly layouts: readonly {
    /** Null for keys of no known layout. */
    readonly name: string | null;
    readonly type: string | null;
    readonly objects: number;
    /** Missed where each stream is fetched by itself. */
    readonly missed: number;
    readonly templates: readonly { readonly template: string; readonly objects: number }[];
  }[];
  /** Prefixes below which only time, numbers or random parts differ. */
  readonly streams: readonly ({ readonly prefix: string; readonly objects: number } & OrderReport)[];
}

export interface OrderReport {
  /** Objects that a fetcher which remembers the last key would never have read. */
  readonly missed: number;
  readonly worstDelaySeconds: number;
  /** Objects written in the same second as one with a greater key. */
  readonly sameSecond: number;
}

export interface ExampleReport {
  readonly missed: { readonly key: string; readonly written: string };
  /** The object with a greater key that was there before. */
  readonly passedBy: { readonly key: string; readonly written: string };
  readonly delaySeconds: number;
}

/** More kinds of keys, or streams, than a reader of the report looks at; the rest is in the counts. */
const mostListed = 100;

export function reportOf(target: Target, looked: Looked): CheckReport {
  const { analysis, coverage, region } = looked;
  const { census } = analysis;
  const verdict = judge(looked);
  return {
    version: 1,
    ...target,
    region: region ?? null,
    verdict: { ...verdict, fit: verdict.kind === "fetcher" },
    configuration: configuration(target, looked, verdict) ?? null,
    looked: {
      complete: coverage.complete,
      consecutiveKeys: coverage.consecutive,
      sampledKeys: coverage.sampled,
      places: coverage.places,
      firstKey: census.firstKey ?? null,
      lastKey: census.lastKey ?? null,
      oldest: isoTime(census.oldest),
      newest: isoTime(census.newest),
    },
    objects: {
      count: census.objects,
      bytes: census.bytes,
      largestBytes: census.largestBytes,
      overLimit: census.overLimit,
      limitBytes: fetcherObjectBytes,
      empty: census.empty,
      multipart: census.multipart,
      archived: census.archived,
      noLogs: analysis.noLogs,
      storageClasses: Object.fromEntries(census.storageClasses),
    },
    order: { ...orderReport(analysis.order), examples: analysis.pairs.map(exampleReport) },
    layouts: analysis.layouts.map(({ layout, objects, missed, templates }) => ({
      name: layout?.name ?? null,
      type: layout?.type ?? null,
      objects,
      missed,
      templates: templates
        .slice(0, mostListed)
        .map(({ text, objects: number }) => ({ template: text, objects: number })),
    })),
    streams: analysis.streams
      .slice(0, mostListed)
      .map(({ prefix, objects, order }) => ({ prefix, objects, ...orderReport(order) })),
  };
}

function orderReport({ missed, worst, sameSecond }: OrderFinding): OrderReport {
  return { missed, worstDelaySeconds: worst?.delaySeconds ?? 0, sameSecond };
}

function exampleReport(pair: Looked["analysis"]["pairs"][number]): ExampleReport {
  return {
    missed: { key: pair.key, written: isoSecond(pair.writtenAt) },
    passedBy: { key: pair.passedByKey, written: isoSecond(pair.passedByWrittenAt) },
    delaySeconds: pair.delaySeconds,
  };
}

function isoTime(seconds: number | undefined): string | null {
  return seconds === undefined ? null : isoSecond(seconds);
}

function isoSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
