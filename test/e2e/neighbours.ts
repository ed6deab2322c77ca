import { decryptCall, queueArn, type IamCall } from "../support/policy-proof";

/**
 * What the role is used for besides the recorded calls: Lambda writes the function's log in its name, where no proxy
 * sees it, and what gets nowhere is sent to the dead-letter queue, which takes a fault that no emulator makes.
 */
export function unseenCalls(logGroupArn: string, deadLetterQueueUrl: string): IamCall[] {
  return [
    ...logCalls(logGroupArn),
    { action: "sqs:SendMessage", resource: queueArn(deadLetterQueueUrl), context: {} },
  ];
}

/** Lambda's own, in the function's name. */
export function logCalls(logGroupArn: string): IamCall[] {
  const stream = `${logGroupArn.replace(/:\*$/, "")}:log-stream:2026/01/05/[$LATEST]0123456789abcdef`;
  return [
    { action: "logs:CreateLogStream", resource: stream, context: {} },
    { action: "logs:PutLogEvents", resource: stream, context: {} },
  ];
}

/** The same call on what lies beside, and the next worse call on the same: all of it must be denied. */
export function neighboursOf(call: IamCall): IamCall[] {
  const [service = ""] = call.action.split(":");
  const on = (resource: string): IamCall => ({ ...call, resource });
  switch (service) {
    case "s3": {
      if (call.action === "s3:ListBucket") {
        return [on(`${call.resource}-other`), { ...call, action: "s3:DeleteBucket" }];
      }
      const [, bucket = "", key = ""] = /^arn:aws:s3:::([^/]+)\/(.+)$/s.exec(call.resource) ?? [];
      return [
        on(`arn:aws:s3:::other-${bucket}/${key}`),
        on(`arn:aws:s3:::${bucket}-other/${key}`),
        on(`arn:aws:s3:::${bucket}/elsewhere/${key}`),
        on(`arn:aws:s3:::${bucket}/${key.replace("/", "-other/")}`),
        { ...call, action: "s3:PutObject" },
        { ...call, action: "s3:DeleteObject" },
      ];
    }
    case "kms": {
      const context = call.context["kms:EncryptionContext:aws:s3:arn"] ?? "";
      const bucketArn = context.split("/")[0];
      return [
        on(call.resource.replace(/key\/.*/, "key/00000000-0000-4000-8000-000000000000")),
        decryptCall(call.resource, context.replace(":::", ":::other-")),
        decryptCall(call.resource, context.replace(bucketArn, `${bucketArn}-other`)),
        decryptCall(call.resource, `${bucketArn}/elsewhere/app.log`),
        decryptCall(call.resource, context, "s3.eu-central-1"),
        decryptCall(call.resource, context, "secretsmanager.us-east-1"),
        // Decrypt called by the role itself, not by S3 in its name.
        { ...call, context: { "kms:EncryptionContext:aws:s3:arn": context } },
        { ...call, action: "kms:Encrypt" },
      ];
    }
    case "dynamodb":
      return [on(`${call.resource}-other`), { ...call, action: "dynamodb:DeleteTable" }];
    case "sqs":
      return [on(`${call.resource}-other`), { ...call, action: "sqs:PurgeQueue" }];
    case "secretsmanager":
      return [
        on(call.resource.replace(":secret:", ":secret:other-")),
        { ...call, action: "secretsmanager:PutSecretValue" },
      ];
    case "logs":
      return [on(call.resource.replace(":log-stream:", "-other:log-stream:"))];
    default:
      throw new Error(`no neighbours are known for ${call.action}`);
  }
}
