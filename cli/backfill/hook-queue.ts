import { setTimeout as wait } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { Backoff } from "../../lambdas/runtime/backoff";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { awsFailure, clientSettings } from "../aws/session";
import { CommandError, UsageError } from "../program/errors";
import type { AwsOptions } from "../program/options";

/** Most messages in a batch. Source: SQS developer guide, "Quotas related to messages". */
export const messagesInBatch = 10;

/** An object to ask the hook for. */
export interface AskedObject {
  readonly bucket: string;
  /** Of the bucket. */
  readonly region: string;
  readonly object: ListedObject;
}

/** The queue of the deployed hook. */
export class HookQueue {
  private readonly client: SQSClient;
  private readonly backoff = new Backoff({ attempts: 6, baseMs: 500, capMs: 10_000 });

  /** @throws UsageError for what is no queue's URL */
  constructor(
    private readonly url: string,
    options: AwsOptions,
    private readonly signal: AbortSignal,
  ) {
    const settings = clientSettings({ ...options, region: regionOf(url) ?? options.region });
    // By default the SDK takes the host of the queue's URL, past AWS_ENDPOINT_URL.
    this.client = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  }

  /** Messages that wait, are held back, or are being worked on; SQS counts them approximately. @throws CommandError */
  async messages(): Promise<number> {
    const names = [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ] as const;
    try {
      const command = new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: [...names] });
      const { Attributes = {} } = await this.client.send(command, { abortSignal: this.signal });
      return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    } catch (error) {
      this.signal.throwIfAborted();
      throw awsFailure(`Looking at the queue ${this.url}`, error);
    }
  }

  /** Sends a message for each object, at most 10. @throws CommandError where one was not taken */
  async send(objects: readonly AskedObject[]): Promise<void> {
    let left = objects.map((object, index): SendMessageBatchRequestEntry => ({
      Id: String(index),
      MessageBody: messageFor(object),
    }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const failures = await this.sendBatch(left);
      left = left.filter(({ Id = "" }) => failures.has(Id));
      const reason = [...failures.values()].at(0);
      if (reason === undefined) return;
      if (reason.isOurs || attempt >= this.backoff.attempts) {
        throw new CommandError(
          `the queue ${this.url} did not take ${left.length} of ${objects.length} messages (${reason.text}); the same command goes on with them`,
        );
      }
      await wait(this.backoff.delayMs(attempt));
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** Why entries were not taken, by their ids. */
  private async sendBatch(
    entries: readonly SendMessageBatchRequestEntry[],
  ): Promise<Map<string, { readonly text: string; readonly isOurs: boolean }>> {
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: this.url, Entries: [...entries] });
      const { Failed = [] } = await this.client.send(command);
      return new Map(
        Failed.map(({ Id = "", Code, Message, SenderFault }) => [
          Id,
          { text: `${Code}: ${Message}`, isOurs: SenderFault === true },
        ]),
      );
    } catch (error) {
      throw awsFailure(`Sending to the queue ${this.url}`, error);
    }
  }
}

/** What S3 would have sent when the object was created. Source: S3 user guide, "Event message structure". */
function messageFor({ bucket, region, object }: AskedObject): string {
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date(object.lastModified).toISOString(),
    eventName: "ObjectCreated:Backfill",
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "logzio-s3 backfill",
      bucket: { name: bucket },
      object: { key: formEncoded(object.key), size: object.size, eTag: object.eTag },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** S3 encodes keys as forms do. */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function regionOf(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isQueue =
    parsed !== undefined && /^https?:$/.test(parsed.protocol) && /^\/\d{12}\/[\w-]+$/.test(parsed.pathname);
  if (!isQueue) {
    throw new UsageError(
      `--queue is "${url}"; write the URL of the hook's queue (npx cdktf output shows it as queue_url), such as ` +
        "https://sqs.us-east-1.amazonaws.com/123456789012/logzio-s3-hook",
    );
  }
  return /^sqs\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(parsed.hostname)?.[1];
}
