import {
  parseShipping,
  renderShipping,
  requireVariable,
  type ShippingEnvironment,
  type ShippingSettings,
  type SourceSettings,
  type Variables,
} from "../runtime/environment";

/** Where a source begins: see the construct's documentation for what each means. */
export type FetcherStart = "now" | "beginning" | { readonly key: string } | (string & {});

/** A source of the fetcher: what the hook knows of one, and how it is read. */
export interface FetcherSourceSettings extends SourceSettings {
  /** Region of the bucket. @default the function's own */
  readonly region?: string;
  /** `now`, `beginning`, an ISO date, or the key to begin behind. @default "now" */
  readonly start?: FetcherStart;
  /** Objects younger than this wait, with those behind them, in seconds. @default 5 */
  readonly settleSeconds?: number;
  /** How far behind its writer's last key, and after a dated folder's end, late keys are looked for. @default 800 keys, 60 minutes */
  readonly lookback?: { readonly keys: number; readonly minutes: number };
  /** `single`: one order for all keys of the source. @default "auto": one for each writer's folder */
  readonly streams?: "auto" | "single";
  /** After this many minutes an object that fails is left out, so that its stream goes on. @default never */
  readonly setAsideAfterMinutes?: number;
}

/** What a source gets where nothing else is asked for. */
export const fetcherDefaults = {
  start: "now",
  settleSeconds: 5,
  // With what is new, 800 keys fit the 1,000 of one call: a look at a stream that is caught up costs no second one.
  lookback: { keys: 800, minutes: 60 },
  streams: "auto",
} as const;

/** How a source is named in events, schedules and the table. */
export function sourceName({
  bucket,
  prefix = "",
}: Pick<FetcherSourceSettings, "bucket" | "prefix">): string {
  return `${bucket}/${prefix}`;
}

/** What the construct tells the function `s3-fetcher`. */
export interface S3FetcherSettings extends ShippingSettings<FetcherSourceSettings> {
  /** Name of the DynamoDB table. */
  readonly checkpointTable: string;
  /** Tells the checkpoints of several fetchers in one table apart. */
  readonly instance: string;
}

/** What the function reads at its cold start. */
export interface S3FetcherEnvironment extends ShippingEnvironment<FetcherSourceSettings> {
  readonly checkpointTable: string;
  readonly instance: string;
}

/** The environment variables for the settings. */
export function render(settings: S3FetcherSettings): Record<string, string> {
  return {
    ...renderShipping(settings),
    CHECKPOINT_TABLE: settings.checkpointTable,
    INSTANCE: settings.instance,
  };
}

/** Reads what {@link render} wrote. @throws EnvironmentError naming the variable and what to write */
export function parse(variables: Variables): S3FetcherEnvironment {
  return {
    ...parseShipping<FetcherSourceSettings>(variables),
    checkpointTable: requireVariable(variables, "CHECKPOINT_TABLE", "the name of a DynamoDB table"),
    instance: requireVariable(variables, "INSTANCE", "a name for this fetcher, such as logzio-s3-fetcher"),
  };
}
