import { compareBytes } from "../../lambdas/reading/key-order";
import type { AsideObject } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import { ShippingSession } from "../shipping/session";
import { shipObject, type Reached, type Shipped } from "../shipping/ship-object";
import { listenerAddress, type ListenerOptions } from "../shipping/listener-address";
import { shippingToken } from "../shipping/token";
import { count, printable } from "../terminal/terminal";
import { withFailures } from "../shipping/failures";
import { Fetcher, type FetcherOptions, type FetcherSource, type SourceOption } from "./target";

export interface ReplayOptions extends FetcherOptions, SourceOption, ListenerOptions {
  readonly keys: readonly string[];
  readonly all?: boolean;
}

/** Of one object, for the result. */
interface Replayed {
  readonly key: string;
  readonly outcome: Shipped["outcome"];
  readonly records: number;
  readonly refused: number;
  readonly reason: string | null;
}

/** Ships objects that were set aside, from this machine; each is forgotten once the listener has accepted all of it. */
export async function replay(options: ReplayOptions, context: CommandContext): Promise<ExitCode> {
  const fetcher = new Fetcher(options, context);
  try {
    const listener = listenerAddress(options, fetcher.file);
    const token = shippingToken(context.env);
    return await withFailures(async () => {
      const source = await fetcher.source(options);
      const there = await source.table.aside();
      const inOrder = there.sort((one, other) => compareBytes(one.key, other.key));
      const asides = chosen(inOrder, options, source);
      const session = new ShippingSession({
        listener,
        token,
        s3: fetcher.s3.in,
        signal: context.signal,
        note: (text) => context.output.progress(text),
      });
      try {
        return await context.finish(new Replay(source, session, context).run(asides));
      } finally {
        session.close();
      }
    });
  } finally {
    fetcher.close();
  }
}

class Replay {
  private readonly replayed: Replayed[] = [];

  constructor(
    private readonly source: FetcherSource,
    private readonly session: ShippingSession,
    private readonly context: CommandContext,
  ) {}

  async run(asides: readonly AsideObject[]): Promise<ExitCode> {
    const { output } = this.context;
    for (const [index, aside] of asides.entries()) {
      if (this.session.deadline.isReached) break;
      output.progress(`${index + 1} of ${asides.length}: ${printable(aside.key)}`);
      const shipped = await this.ship(aside);
      this.replayed.push({
        key: aside.key,
        outcome: shipped.outcome,
        records: shipped.account.records,
        refused: shipped.account.refused,
        reason: shipped.reason === "" ? null : shipped.reason,
      });
      this.say(aside, shipped);
    }
    const done = this.replayed.filter(({ outcome }) => outcome === "shipped" || outcome === "gone").length;
    output.result({ source: this.source.name, left: asides.length - done, objects: this.replayed });
    if (asides.length === 0) output.line(`Nothing of ${this.source.name} is set aside.`);
    if (done === asides.length) return this.verdict();
    output.line(
      `${count(asides.length - done, "object")} of ${asides.length} left; the same command goes on with them.`,
    );
    return this.session.deadline.isReached ? exitCodes.interrupted : exitCodes.negative;
  }

  /** A document that the listener refused is not shipped by anything that comes after. */
  private verdict(): ExitCode {
    const refused = this.replayed.reduce((sum, one) => sum + one.refused, 0);
    return refused === 0 ? exitCodes.success : exitCodes.negative;
  }

  private async ship(aside: AsideObject): Promise<Shipped> {
    const { source } = this;
    const { table, settings, region } = source;
    const { key, eTag, position } = aside;
    const shipped = await shipObject(
      {
        object: { bucket: settings.bucket, key, region, ...(eTag === "" ? {} : { eTag }) },
        source: settings,
        from: position && { eTag, position },
        // So that a run that is broken off repeats a bulk at most.
        onConfirmed: (reached) => table.setAside({ ...aside, ...reached }),
      },
      this.session,
      source.listing,
    );
    if (shipped.outcome === "shipped" || shipped.outcome === "gone") await table.removeAside(key);
    else
      await table.setAside({ ...aside, ...placeOf(shipped.reached), reason: shipped.reason || aside.reason });
    return shipped;
  }

  private say({ key }: AsideObject, { outcome, account, reason }: Shipped): void {
    const { output } = this.context;
    const name = printable(key);
    if (outcome === "shipped") {
      output.line(`shipped  ${name} (${count(account.records - account.filtered, "record")})`);
      if (account.refused > 0)
        output.warn(`the listener refused ${count(account.refused, "record")} of ${name}`);
    } else if (outcome === "gone")
      output.warn(`${name} is gone from the bucket: nothing is left to ship of it`);
    else if (outcome === "failed") output.warn(`${name} failed: ${printable(reason)}`);
    else output.line(`stopped in ${name}, behind ${count(account.records, "record")} of this run`);
  }
}

function placeOf(reached: Reached | undefined): Partial<Reached> {
  return reached ?? {};
}

function chosen(
  asides: readonly AsideObject[],
  { keys, all }: ReplayOptions,
  { name }: FetcherSource,
): readonly AsideObject[] {
  if (all === true && keys.length > 0) throw new UsageError("write either keys or --all, not both");
  if (all === true) return asides;
  const list = asides.slice(0, 10).map(({ key }) => `\n  ${printable(key)}`);
  const there = `${count(asides.length, "object")} of ${name} ${asides.length === 1 ? "is" : "are"} set aside${
    asides.length === 0 ? "" : `:${list.join("")}${asides.length > 10 ? "\n  …" : ""}`
  }`;
  if (keys.length === 0) throw new UsageError(`name the keys to ship, or all of them with --all; ${there}`);
  const unknown = keys.filter((key) => !asides.some((aside) => aside.key === key));
  if (unknown.length > 0) throw new UsageError(`${unknown.join(", ")} is not set aside; ${there}`);
  return asides.filter(({ key }) => keys.includes(key));
}
