import { Deadline } from "../../lambdas/runtime/deadline";
import { Metrics } from "../../lambdas/runtime/metrics";
import type { Delivery, DeliveryRequest, DeliveryServices } from "../../lambdas/shipping/delivery";
import { createDelivery, type LongLivedDelivery } from "../../lambdas/shipping/delivery-services";
import { deliverObject } from "../../lambdas/shipping/object-delivery";
import { listenerAgent } from "../network/listener-agent";

/** What a delivery counted; `records` = `accepted` + `filtered` + `refused` where all of the object was shipped. */
export interface DeliveryAccount {
  /** As they are in the bucket. */
  readonly bytesIn: number;
  readonly records: number;
  readonly accepted: number;
  /** Left out by the source. */
  readonly filtered: number;
  readonly refused: number;
}

export interface SessionSettings {
  readonly listener: URL;
  readonly token: string;
  readonly s3: DeliveryServices["s3"];
  /** The user interrupts: what is under way is finished up to a record's end, and nothing more begun. */
  readonly signal: AbortSignal;
  /** Told what goes wrong on the way and is tried again. */
  readonly note: (text: string) => void;
}

/** Longer than anything takes, and as long as a timer can be, in ms. */
const withoutEnd = 2 ** 31 - 1;

/** How long what is under way may take to be finished once the user interrupts, in ms. */
const interruptedWithinMs = 30_000;

/** Ships objects from this machine, with the functions' own code. */
export class ShippingSession {
  readonly deadline: Deadline;
  private readonly delivery: LongLivedDelivery;
  private readonly metrics = new Metrics({}, () => undefined);
  private interruptedAt: number | undefined;
  private account: DeliveryAccount | undefined;

  constructor(private readonly settings: SessionSettings) {
    const { listener, token, s3, signal } = settings;
    const environment = {
      listener,
      token,
      tokenSecretArn: undefined,
      sources: [],
      logLevel: "info" as const,
    };
    this.delivery = {
      ...createDelivery(environment, {
        listener: { agent: listenerAgent(listener) },
        writeLog: (line) => this.read(JSON.parse(line) as LogLine),
      }),
      s3,
    };
    this.deadline = new Deadline(() => this.remainingMs());
    signal.addEventListener("abort", this.interrupt, { once: true });
    if (signal.aborted) this.interrupt();
  }

  /** Ships an object, or what is left of it, and says what it counted. */
  async deliver(
    request: DeliveryRequest,
  ): Promise<{ readonly delivery: Delivery; readonly account: DeliveryAccount }> {
    const { deadline, metrics } = this;
    const delivery = await deliverObject(request, { ...this.delivery, deadline, metrics });
    return { delivery, account: this.takeAccount() };
  }

  close(): void {
    this.settings.signal.removeEventListener("abort", this.interrupt);
    this.deadline.close();
    this.delivery.listener.close();
  }

  private takeAccount(): DeliveryAccount {
    const { account = nothing } = this;
    this.account = undefined;
    return account;
  }

  private readonly interrupt = (): void => {
    this.interruptedAt = Date.now();
    this.deadline.end();
  };

  private remainingMs(): number {
    if (this.interruptedAt === undefined) return withoutEnd;
    return Math.max(0, this.interruptedAt + interruptedWithinMs - Date.now());
  }

  /** The functions' log is for CloudWatch; here the account of an object is taken from it, and warnings. */
  private read({ level, message, reason, records, ...counts }: LogLine): void {
    const { bytesIn = 0, accepted = 0, filtered = 0, refused = 0 } = counts;
    if (records !== undefined) this.account = { bytesIn, records, accepted, filtered, refused };
    else if (level !== "info")
      this.settings.note(typeof reason === "string" ? `${message}: ${reason}` : message);
  }
}

interface LogLine extends Partial<DeliveryAccount> {
  readonly level: string;
  readonly message: string;
  readonly reason?: unknown;
}

const nothing: DeliveryAccount = { bytesIn: 0, records: 0, accepted: 0, filtered: 0, refused: 0 };
