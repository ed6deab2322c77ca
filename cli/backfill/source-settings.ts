import { isOfBucket, Sources } from "../../lambdas/reading/sources";
import { EnvironmentError, type SourceSettings } from "../../lambdas/runtime/environment";
import type { HookSource, ShippingConfig } from "../config-file/shipping";
import { UsageError } from "../program/errors";

/** What the command line says of the documents; it goes before what the file says. */
export interface DocumentOptions {
  readonly type?: string;
  readonly field?: readonly string[];
  readonly pathToFields?: string;
  readonly recordId?: boolean;
}

/** How the objects of a bucket are shipped: as logzio.yaml has it for the hook or the fetcher, or as flags say. */
export class ObjectSettings {
  /** The hook's sources of the bucket, then the fetcher's. */
  private readonly blocks: readonly (readonly HookSource[])[];
  private readonly compiled: readonly Sources[];
  private readonly ofFlags: Partial<SourceSettings>;

  /** @throws UsageError for what cannot be used */
  constructor(
    private readonly bucket: string,
    config: ShippingConfig | undefined,
    options: DocumentOptions,
  ) {
    const all: (readonly HookSource[])[] = [config?.hookSources ?? [], config?.fetcher?.sources ?? []];
    this.blocks = all.map((sources) => sources.filter((source) => isOfBucket(source.bucket, bucket)));
    this.compiled = this.blocks.map(compile);
    this.ofFlags = settingsOfFlags(options);
  }

  /** Names of the sources of the file that are used; none where the file does not know the bucket. */
  get sourceNames(): readonly string[] {
    const names = this.blocks.flat().map(({ prefix = "" }) => `${this.bucket}/${prefix}`);
    return [...new Set(names)];
  }

  /** Region of the bucket, where a source names it. */
  get region(): string | undefined {
    return this.blocks.flat().find(({ region }) => region !== undefined)?.region;
  }

  /** The settings for an object; undefined where a source of the file leaves it out. */
  find(key: string): SourceSettings | undefined {
    for (const sources of this.compiled) {
      const match = sources.find(this.bucket, key);
      if ("source" in match) {
        const { suffix = "" }: HookSource = match.source;
        return key.endsWith(suffix) ? { ...match.source, ...this.ofFlags } : undefined;
      }
      if (match.skipped === "excluded by its source") return undefined;
    }
    return { bucket: this.bucket, ...this.ofFlags };
  }
}

function compile(sources: readonly HookSource[]): Sources {
  try {
    return new Sources(sources);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new UsageError(`the sources of logzio.yaml cannot be used: ${error.message}`);
  }
}

function settingsOfFlags({
  type,
  field = [],
  pathToFields,
  recordId,
}: DocumentOptions): Partial<SourceSettings> {
  if (type !== undefined && !/^\S+$/.test(type))
    throw new UsageError(`--type is "${type}"; write a type without spaces, such as cloudtrail, or auto`);
  const fields = field.map((pair) => {
    const [name, value] = [pair.slice(0, Math.max(0, pair.indexOf("="))), pair.slice(pair.indexOf("=") + 1)];
    if (name === "") throw new UsageError(`--field is "${pair}"; write NAME=VALUE, such as team=platform`);
    return [name, value] as const;
  });
  return {
    ...(type === undefined ? {} : { type }),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
    ...(pathToFields === undefined ? {} : { pathToFields }),
    ...(recordId === undefined ? {} : { recordId }),
  };
}
