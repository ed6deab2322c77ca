import type { HookBench } from "../hook-bench";

/** Log lines that end the delivery of an object, each with its account. */
const accounts = new Set([
  "object shipped",
  "object interrupted: the time is nearly over",
  "object failed",
  "object skipped: it is gone or was overwritten since the event",
]);

/** Adds up what the listener took, what the function says of it, and how often documents may come again. */
export class Account {
  /** Documents that may have come twice: those of a bulk that was accepted without the function knowing. */
  mayRepeat = 0;
  /** Whether the hand-over failed, so that messages came back as they were. */
  cameBackWhole = false;
  /** Whether the listener may refuse documents. */
  mayRefuse = false;
  private unknown = 0;
  private requestsBefore = 0;
  private logBefore = 0;
  private handOverBefore = 0;

  constructor(private readonly bench: HookBench) {}

  beginRun(): void {
    this.requestsBefore = this.bench.listener.requests.length;
    this.logBefore = this.bench.log.length;
    this.handOverBefore = this.bench.aws.scriptedFor("SendMessageBatch");
  }

  endRun(): void {
    const { listener, log, aws } = this.bench;
    const requests = listener.requests.slice(this.requestsBefore);
    const accepted = (some: typeof requests): number =>
      some.reduce((sum, request) => sum + request.accepted, 0);
    // Accepted, and then the connection broke.
    let unknown = accepted(requests.filter(({ status }) => status === undefined));
    const tooLarge = requests.findIndex(({ status }) => status === 413);
    const failed = log.slice(this.logBefore).some(({ message }) => message === "object failed");
    // The first half of a bulk was accepted, and the second was not: all of it is sent again.
    if (tooLarge >= 0 && failed)
      unknown += accepted(requests.slice(tooLarge).filter(({ status }) => status !== undefined));
    this.unknown += unknown;
    this.mayRepeat += unknown;
    if (aws.scriptedFor("SendMessageBatch") < this.handOverBefore) this.cameBackWhole = true;
  }

  /** Documents of an object that were counted as refused. */
  refusedOf(key: string): number {
    return this.sum("refused", key);
  }

  /** Checks the numbers of the whole case against each other. */
  check(bulkBytes: number): void {
    const { listener, log, metricLines } = this.bench;
    for (const line of log.filter(({ message }) => accounts.has(message))) {
      const [records, accepted, filtered, refused] = ["records", "accepted", "filtered", "refused"].map(
        (name) => Number(line[name]),
      );
      const told = accepted + filtered + refused;
      if (line.message === "object shipped" ? records !== told : !(told <= records))
        throw new Error(`the account does not balance: ${JSON.stringify(line)}`);
    }
    const { documentCount } = listener;
    const said = this.sum("accepted");
    if (!(said <= documentCount && documentCount <= said + this.unknown))
      throw new Error(
        `${documentCount} documents were accepted, ${said} in the log, ${this.unknown} without an answer`,
      );
    const measured = metricLines
      .map((line) => JSON.parse(line) as { RecordsAccepted?: number })
      .reduce((sum, { RecordsAccepted = 0 }) => sum + RecordsAccepted, 0);
    if (measured !== said) throw new Error(`${measured} documents in the metrics, ${said} in the log`);
    const longest = Math.max(0, ...listener.requests.map(({ bodyBytes }) => bodyBytes));
    if (longest > bulkBytes) throw new Error(`a bulk has ${longest} bytes, and may have ${bulkBytes}`);
  }

  private sum(name: string, key?: string): number {
    return this.bench.log
      .filter((line) => accounts.has(line.message) && (key === undefined || line["key"] === key))
      .reduce((sum, line) => sum + Number(line[name]), 0);
  }
}
