import type { NotificationRule } from "./synthesized-stack";

export interface PutObject {
  /** Of the bucket. */
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. */
  readonly eTag: string;
}

/** The rule that S3 would apply to a new object; rules of one bucket do not overlap. */
export function matchingRule(
  rules: readonly NotificationRule[],
  bucket: string,
  key: string,
): NotificationRule | undefined {
  return rules.find(
    (rule) => rule.bucket === bucket && key.startsWith(rule.prefix) && key.endsWith(rule.suffix),
  );
}

/**
 * The message that S3 sends to a queue, since the embedded S3 has no bucket notifications.
 * Source: S3 user guide, "Event message structure", version 2.1.
 */
export function notificationMessage(object: PutObject, rule: NotificationRule, order: number): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: object.region,
        eventTime: new Date().toISOString(),
        eventName: "ObjectCreated:Put",
        userIdentity: { principalId: "AWS:DEMO" },
        requestParameters: { sourceIPAddress: "192.0.2.1" },
        responseElements: { "x-amz-request-id": "DEMO", "x-amz-id-2": "DEMO" },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: rule.id,
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: "DEMO" },
            arn: `arn:aws:s3:::${object.bucket}`,
          },
          object: {
            key: encodeKey(object.key),
            size: object.bytes,
            eTag: object.eTag,
            sequencer: order.toString(16).toUpperCase().padStart(18, "0"),
          },
        },
      },
    ],
  });
}

/** Keys come URL-encoded as in a form: a space is a plus, slashes stay. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
